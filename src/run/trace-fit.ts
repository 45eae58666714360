/** Whether a trace and a configuration of the guest fit together: what a trace says of itself at its beginning. */
import type { RunConfig } from '../config/schema.js';
import { KIND, operand, operandPage } from '../trace/event.js';
import { openAnyTrace } from '../trace/open.js';
import type { TraceHeader, TraceSource } from '../trace/source.js';

/** Bits 12..51 of CR3 are the frame of the root. */
const FRAMES = 2 ** 40;
const USUAL_LEVELS = 4;

export interface TraceBeginning extends TraceHeader {
  /** Levels of the tables that a full-system trace first loads CR3 with; null of other traces. */
  readonly tableLevels: number | null;
}

export async function readBeginning(path: string): Promise<TraceBeginning> {
  const source = await openAnyTrace(path);
  try {
    const { header } = source;
    const recorded = header.characteristics.source === 'full-system';
    return { ...header, tableLevels: recorded ? await levelsOf(source) : null };
  } finally {
    await source.close?.();
  }
}

async function levelsOf(source: TraceSource): Promise<number> {
  /** Level of each frame that has an entry of the uppermost two levels. */
  const levels = new Map<number, number>();
  for await (const batch of source.batches())
    for (let row = 0; row < batch.length; row++) {
      const kind = batch.kind[row]!;
      if (kind === KIND.tableSnapshot || kind === KIND.tableWrite) {
        const level = operand(batch, row, 0);
        if (level >= USUAL_LEVELS) levels.set(operandPage(batch, row, 1), level);
      } else if (kind === KIND.cr3Write) return levels.get(operandPage(batch, row, 0) % FRAMES) ?? USUAL_LEVELS;
    }
  return USUAL_LEVELS;
}

/** Recorded tables are what they are. */
export function traceMisfit({ tableLevels }: TraceBeginning, { guest }: RunConfig): string | null {
  if (tableLevels === null) return null;
  if (guest.pageTableIsolation) return 'the trace has its own CR3 writes, and isolates page tables or does not';
  if (guest.vcpus > 1) return 'the trace is of a guest of one processor';
  const mode = `${tableLevels}level`;
  if (guest.mode === mode) return null;
  return `the trace's own tables have ${tableLevels} levels, and are no tables of mode ${guest.mode}; take guest.mode=${mode}`;
}
