/** What a cell's counts depend on, as one digest: cells of the same key count the same. */
import { createHash } from 'node:crypto';
import type { RunConfig } from '../config/schema.js';
import type { CellSpec } from '../run/cell.js';
import { modelCode } from './model-code.js';

export function cellKey({ strategy, characteristics, config, sample }: CellSpec, traceSha256: string): string {
  const counted = countedPart(config);
  return sha256(
    canonicalJson({ trace: traceSha256, characteristics, strategy, config: counted, sample, code: modelCode() }),
  );
}

/** Of machines: what people call them, and what is a price or a latency. */
const NOT_COUNTED = new Set([
  'name',
  'title',
  'year',
  'source',
  'doubts',
  'costs',
  'cycles',
  'memoryCycles',
  'l2HitCycles',
]);

/** The part of a configuration that counting depends on. Prices are put on counts afterwards. */
function countedPart({ machine, guest, host, vmm, seed }: RunConfig): object {
  return {
    machine: JSON.parse(
      JSON.stringify(machine, (key, value: unknown) => (NOT_COUNTED.has(key) ? undefined : value)),
    ) as object,
    guest,
    host,
    vmm,
    seed,
  };
}

/** JSON whose keys are sorted, so that equal values are equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
