/** One row of a trace: everything before it is replayed, then what happens at it is followed. */
import type { RunConfig } from '../config/schema.js';
import { UsageError } from '../errors.js';
import { STRATEGIES, type StrategyName } from '../paging/index.js';
import { Cell } from '../run/cell.js';
import {
  rowsFrom,
  KIND_NAMES,
  LAST_REFERENCE,
  operand,
  operandCount,
  OPERANDS,
  type EventBatch,
} from '../trace/event.js';
import type { TraceSource } from '../trace/source.js';
import { EXIT_CAUSES, type ExitCause } from '../vmm/exits.js';
import { hex } from './hex.js';
import type { Explanation, Happening } from './step.js';
import { tlbFills, tlbLookUps } from './tlb-look-ups.js';
import { Watch } from './watch.js';

export interface ExplainedRow {
  readonly explanation: Explanation;
  /** As the row has left it. */
  readonly cell: Cell;
}

export async function explainRow(
  trace: TraceSource,
  row: number,
  strategy: StrategyName,
  config: RunConfig,
): Promise<ExplainedRow> {
  const { header, pages } = trace;
  const { name, characteristics } = header;
  const excluded = STRATEGIES[strategy].excluded(config);
  if (excluded !== null) throw new UsageError(`--strategy ${strategy}: ${excluded}`);
  const cell = new Cell({ strategy, characteristics, config }, pages);
  const around = new Neighbours(row);
  let explained: Happening[] | null = null;
  let what = '';
  let first = 0;
  for await (const batch of trace.batches()) {
    around.see(batch, first);
    const at = row - first;
    if (explained === null) {
      if (at >= batch.length) cell.replay(batch);
      else {
        cell.replay(rowsFrom(batch, 0, at));
        what = rowText(batch, at);
        explained = follow(cell, rowsFrom(batch, at, at + 1), strategy);
      }
    }
    first += batch.length;
    if (explained !== null && around.next !== null) break;
  }
  await trace.close?.();
  if (explained === null) {
    const rows = first === 0 ? 'no rows' : `${first} rows, 0 to ${first - 1}`;
    throw new UsageError(`--event: found ${row}; ${name} has ${rows}`);
  }
  const explanation: Explanation = {
    schema: 'vmmu/explain@1',
    title: `${name}, row ${row}: ${what}`,
    source: {
      kind: 'trace',
      trace: name,
      row,
      referenceBefore: around.last,
      referenceAfter: around.next,
      strategy,
      machine: config.machine.name,
      guest: config.guest.mode,
      guestPages: config.guest.pages,
      hostPages: STRATEGIES[strategy].virtualized ? config.host.pages : null,
    },
    happenings: explained,
  };
  return { explanation, cell };
}

/** The rows nearest to one that are references. */
class Neighbours {
  last: number | null = null;
  next: number | null = null;

  constructor(private readonly row: number) {}

  see({ kind, length }: EventBatch, first: number): void {
    for (let at = 0; at < length && this.next === null; at++) {
      if (kind[at]! > LAST_REFERENCE || first + at === this.row) continue;
      if (first + at < this.row) this.last = first + at;
      else this.next = first + at;
    }
  }
}

function rowText(batch: EventBatch, row: number): string {
  const kind = batch.kind[row]!;
  const name = KIND_NAMES[kind]!;
  if (kind <= LAST_REFERENCE) return `${name}, a run of ${batch.count[row]!}`;
  const names: readonly string[] = OPERANDS[name];
  const operands = Array.from({ length: operandCount(batch, row) }, (_, at) => {
    const value = operand(batch, row, at);
    return `${(names[at] ?? `operand ${at}`).replace('?', '')} ${value > 9 ? hex(value) : value}`;
  });
  return `event ${[name, ...operands].join(', ')}`;
}

function exitCounts(before: Exits, after: Exits): string {
  const more = EXIT_CAUSES.filter((cause) => after[cause] > before[cause]);
  if (more.length === 0) return 'no VM exit at this row';
  return `VM exits before and after this row: ${more.map((cause) => `${cause} ${before[cause]} → ${after[cause]}`).join(', ')}`;
}

type Exits = Readonly<Record<ExitCause, number>>;

function follow(cell: Cell, row: EventBatch, strategy: StrategyName): Happening[] {
  const { platform, paging } = cell;
  const kind = row.kind[0]!;
  const before = { ...platform.exits };
  const looked = kind <= LAST_REFERENCE ? tlbLookUps(cell, row.page[0]!, kind) : [];
  const watch = new Watch(platform, paging, strategy, 0);
  const { counters } = platform;
  const { untranslatedRuns } = counters;
  cell.replay(row);
  if (counters.untranslatedRuns > untranslatedRuns)
    watch.note('the guest has no such page for this access: the reference is left out of the replay');
  const fills = looked.length === 0 ? null : tlbFills(cell, row.page[0]!, kind, looked);
  if (fills !== null) watch.note(fills);
  if (strategy !== 'native') watch.note(exitCounts(before, platform.exits));
  return [...looked, ...watch.happenings];
}
