/** Traces that come with vmmu, by name, and what hypervisors counted. */
import { readdirSync, readFileSync } from 'node:fs';
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

/** Guests that KVM ran too: their traces, and what it counted. */
export const MEASURED_GUESTS = ['boot', 'churn'].map((name) => ({
  trace: shippedPath(name),
  measured: `${SHIPPED_FOLDER}measured/${name}.kvm.json`,
}));

/** Events of a guest of a guest, as KVM on KVM counted them. */
export const MEASURED_NESTED = `${SHIPPED_FOLDER}measured/nested.kvm.json`;

/** The text of a file that comes with vmmu. */
export function shippedText(path: string): string {
  return readFileSync(path, 'utf8');
}
