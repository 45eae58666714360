/** Traces that come with vmmu, by name, and what hypervisors counted. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UsageError } from '../errors.js';

const SHIPPED_FOLDER = fileURLToPath(new URL('../../traces/', import.meta.url));
const SUFFIX = '.arrows.br';

/** Large enough to say something about TLBs, and in the package too. */
export const PACKED_TRACES = ['boot', 'churn', 'redis'];

/** Large ones that only the repository has: with them the package would be three times as large. */
export const REPOSITORY_TRACES = ['cc1', 'memcached', 'pydict', 'sort', 'sqlite', 'xz'];

export const LARGE_TRACES = [...PACKED_TRACES, ...REPOSITORY_TRACES].sort();

/** Names of the traces that are here, in the order of the alphabet. */
export function shippedNames(): string[] {
  return readdirSync(SHIPPED_FOLDER)
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length))
    .sort();
}

/** Path of a trace by its name. @throws UsageError for one that is not here */
export function shippedPath(name: string): string {
  const path = pathOf(name);
  if (existsSync(path)) return path;
  throw new UsageError(
    `trace '${name}': comes with the repository of vmmu, not with the package; allowed: ${shippedNames().join(', ')}`,
  );
}

function pathOf(name: string): string {
  return `${SHIPPED_FOLDER}${name}${SUFFIX}`;
}

/** Guests that KVM ran too: their traces, and what it counted. */
export const MEASURED_GUESTS = ['boot', 'churn'].map((name) => ({
  trace: pathOf(name),
  measured: `${SHIPPED_FOLDER}measured/${name}.kvm.json`,
}));

/** The guest that Xen ran too. */
export const XEN_GUESTS = [{ trace: pathOf('churn'), measured: `${SHIPPED_FOLDER}measured/churn.xen.json` }];

/** Events of a guest of a guest, as KVM on KVM counted them. */
export const MEASURED_NESTED = `${SHIPPED_FOLDER}measured/nested.kvm.json`;

/** The text of a file that comes with vmmu. */
export function shippedText(path: string): string {
  return readFileSync(path, 'utf8');
}
