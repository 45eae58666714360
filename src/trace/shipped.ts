/** Traces that come with vmmu, by name. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const SHIPPED_FOLDER = fileURLToPath(new URL('../../traces/', import.meta.url));
const SUFFIX = '.arrows.br';

/** Those that are large enough to say something about TLBs, not the small ones made of other tools' files. */
export const LARGE_TRACES = ['boot', 'cc1', 'churn', 'memcached', 'pydict', 'redis', 'sort', 'sqlite', 'xz'];

export function shippedNames(): string[] {
  return readdirSync(SHIPPED_FOLDER)
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort();
}

export function shippedPath(name: string): string {
  return `${SHIPPED_FOLDER}${name}${SUFFIX}`;
}
