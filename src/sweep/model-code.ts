/** The code that counts, as a digest: what another version has counted is not taken for this one's. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SOURCES = fileURLToPath(new URL('../', import.meta.url));
const ROOMS = ['memory', 'mmu', 'guest', 'paging', 'vmm', 'counters', 'trace', 'run', 'config', 'sweep'];

let digest: string | null = null;

export function modelCode(): string {
  return (digest ??= digestOf(ROOMS));
}

function digestOf(rooms: readonly string[]): string {
  const hash = createHash('sha256');
  for (const room of rooms)
    for (const name of readdirSync(`${SOURCES}${room}`, { recursive: true, encoding: 'utf8' }).sort())
      if (name.endsWith('.js')) hash.update(`${room}/${name}\0`).update(readFileSync(`${SOURCES}${room}/${name}`));
  return hash.digest('hex');
}
