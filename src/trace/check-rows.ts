/** Checks that the rows of a batch are what their kinds allow, so that a replay need not. */
import { KIND_NAMES, LAST_REFERENCE, OPERANDS, type EventBatch, type TraceCharacteristics } from './event.js';

const KINDS = KIND_NAMES.length;
const MOST_OPERANDS = Uint8Array.from(KIND_NAMES, (kind) => OPERANDS[kind].length);
const FEWEST_OPERANDS = Uint8Array.from(
  KIND_NAMES,
  (kind) => OPERANDS[kind].filter((name) => !name.endsWith('?')).length,
);

/** Throws a RangeError `row N of the batch: found …; expected …`, with rows counted from `firstRow`. */
export function checkRows(
  batch: EventBatch,
  pages: number,
  counts: TraceCharacteristics['counts'],
  firstRow: number,
): void {
  const exact = counts === 'exact';
  if (surelyAllowed(batch, pages, exact)) return;
  const { length, kind, page, count, operandStart } = batch;
  for (let i = 0; i < length; i++) {
    const operands = operandStart[i + 1]! - operandStart[i]!;
    if (!allowed(kind[i]!, operands, page[i]!, count[i]!, pages, exact))
      throw new RangeError(`row ${firstRow + i}: ${describe(kind[i]!, operands, page[i]!, count[i]!, pages)}`);
  }
}

/**
 * Whether all rows are allowed, most of them being references. Of references one sign bit tells for all at the end; what is 2^31 or more sets it too,
 * and may yet be allowed.
 */
function surelyAllowed(batch: EventBatch, pages: number, exact: boolean): boolean {
  const { length, kind, operandStart } = batch;
  const page = signed(batch.page);
  const count = signed(batch.count);
  const lastPage = (pages - 1) | 0;
  const fewest = exact ? 1 : 0;
  let signs = 0;
  let operands = 0;
  let start = 0;
  for (let i = 0; i < length; i++) {
    const k = kind[i]!;
    const end = operandStart[i + 1]!;
    const p = page[i]!;
    if (k <= LAST_REFERENCE) {
      signs |= p | (lastPage - p) | (count[i]! - fewest);
      operands |= end ^ start;
    } else {
      if (!allowed(k, end - start, p, count[i]!, pages, exact)) return false;
      start = end;
    }
  }
  return signs >= 0 && operands === 0;
}

const signed = ({ buffer, byteOffset, length }: Uint32Array): Int32Array => new Int32Array(buffer, byteOffset, length);

function allowed(kind: number, operands: number, page: number, count: number, pages: number, exact: boolean): boolean {
  const reference = kind <= LAST_REFERENCE;
  return (
    kind < KINDS &&
    operands >= FEWEST_OPERANDS[kind]! &&
    operands <= MOST_OPERANDS[kind]! &&
    page < (reference ? pages : 1) &&
    (!exact || reference === count > 0)
  );
}

function describe(kind: number, operands: number, page: number, count: number, pages: number): string {
  const name = KIND_NAMES[kind];
  if (name === undefined) return `found kind ${kind}; expected 0 to ${KINDS - 1}`;
  const fewest = FEWEST_OPERANDS[kind]!;
  const most = MOST_OPERANDS[kind]!;
  if (operands < fewest || operands > most) {
    return `found ${operands} operands of '${name}'; expected ${fewest === most ? fewest : `${fewest} to ${most}`}`;
  }
  if (kind > LAST_REFERENCE) return `found '${name}' with page ${page} and count ${count}; expected 0 and 0`;
  if (page >= pages) return `found page ${page} of '${name}'; expected less than ${pages}`;
  return `found a '${name}' of no references; expected at least one`;
}
