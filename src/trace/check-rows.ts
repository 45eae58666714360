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
  const { length, kind, page, count, operandStart } = batch;
  const exact = counts === 'exact';
  for (let i = 0; i < length; i++) {
    const k = kind[i]!;
    const operands = operandStart[i + 1]! - operandStart[i]!;
    const reference = k <= LAST_REFERENCE;
    if (
      k >= KINDS ||
      operands < FEWEST_OPERANDS[k]! ||
      operands > MOST_OPERANDS[k]! ||
      page[i]! >= (reference ? pages : 1) ||
      (exact && reference !== count[i]! > 0)
    ) {
      throw new RangeError(`row ${firstRow + i}: ${describe(k, operands, page[i]!, count[i]!, pages)}`);
    }
  }
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
