/** The same bytes come out of every compression, by the system's program and without it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { readBytes } from '../../src/trace/bytes.js';

const folder = mkdtempSync(join(tmpdir(), 'vmmu-compressions-'));
const { PATH } = process.env;
afterEach(() => {
  process.env['PATH'] = PATH;
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Neither so regular nor so short that one block would do. */
const BYTES = Buffer.from(Array.from({ length: 200_000 }, (_, i) => `${(i * i) % 9973} `).join(''));
/** A little more than may come of however few bytes. */
const BOMB = 66 << 20;
const compressed = (program: string, input = BYTES): Buffer =>
  execFileSync(program, ['-c'], { input, maxBuffer: 1 << 24 });

const SAMPLES: readonly [suffix: string, bytes: () => Buffer][] = [
  ['', () => BYTES],
  ['.gz', () => gzipSync(BYTES)],
  ['.br', () => brotliCompressSync(BYTES)],
  ['.zst', () => compressed('zstd')],
  ['.xz', () => compressed('xz')],
  ['.bz2', () => compressed('bzip2')],
];

async function read(name: string, bytes: Buffer, mostExpansion?: number): Promise<Buffer> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const chunks: Uint8Array[] = [];
  for await (const chunk of readBytes(path, mostExpansion)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe.each(SAMPLES)('a file named x%s', (suffix, bytes) => {
  test('gives its bytes, decompressed', async () => {
    expect((await read(`x${suffix}`, bytes())).equals(BYTES)).toBe(true);
  });

  test('gives them where no program is on PATH', async () => {
    const whole = bytes();
    process.env['PATH'] = folder;
    expect((await read(`x${suffix}`, whole)).equals(BYTES)).toBe(true);
  });

  if (suffix === '') return;

  test('that ends too early, or is damaged, says where', async () => {
    const whole = bytes();
    const damaged = Buffer.from(whole);
    damaged.fill(0x55, whole.length >> 1, (whole.length >> 1) + 64);
    for (const path of [PATH, folder]) {
      process.env['PATH'] = path;
      await expect(read(`cut${suffix}`, whole.subarray(0, whole.length >> 1))).rejects.toThrow(
        /cut\S*: byte \d+ after decompression: found /,
      );
      await expect(read(`damaged${suffix}`, damaged)).rejects.toThrow(
        /damaged\S*: byte \d+ after decompression: found /,
      );
    }
  });
});

test.each(['zstd', 'xz', 'bzip2'])('%s: a few bytes come out too where no program is on PATH', async (program) => {
  const few = Buffer.from('0 1000\n');
  const whole = compressed(program, few);
  process.env['PATH'] = folder;
  expect(await read('few', whole)).toEqual(few);
});

test('its first bytes tell what a file is, not its name', async () => {
  expect((await read('x.txt', gzipSync(BYTES))).equals(BYTES)).toBe(true);
});

test('bytes that become more than a thousand are refused, beyond the first 64 MiB, unless they are allowed', async () => {
  const bomb = brotliCompressSync(Buffer.alloc(BOMB));
  await expect(read('bomb.br', bomb, 1000)).rejects.toThrow(
    /bomb.br: byte 6\d{7} after decompression: found data that expands more than 1000 times; allowed with a higher --most-expansion/,
  );
  expect(await read('bomb.br', bomb, 1e9)).toHaveLength(BOMB);
});
