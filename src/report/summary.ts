/** Who wins, by how much, and at which price of an exit that would change: one comparison for each trace, machine and page sizes. */
import { breakEvenExitCycles, type Priced } from '../cost/break-even.js';
import { isBound } from './best.js';
import { isVmExit } from '../vmm/exits.js';
import { percent, whole } from './number-text.js';
import { isExcluded, type Point, type ResultRow } from './result-row.js';

/** The strategies of one trace on one machine with the same pages, held against each other. */
export interface Comparison {
  readonly trace: string;
  readonly machine: string;
  readonly costs: string;
  readonly guestPages: string;
  readonly hostPages: string;
  readonly point: Point;
  readonly lines: readonly StrategyLine[];
  /** The virtualized strategy with the fewest cycles; null when fewer than two ran or the best two tie. */
  readonly winner: ResultRow | null;
  /** The best of the others. */
  readonly runnerUp: ResultRow | null;
  /** Between shadow and nested paging; null when one of them did not run. */
  readonly breakEven: BreakEven | null;
}

/** A strategy of a comparison. */
export interface StrategyLine {
  readonly row: ResultRow;
  /** Cycles above bare metal as a share of bare metal's; null without bare metal or when that took no cycles. */
  readonly timesNative: number | null;
}

/** Which of two strategies wins as the price of an exit changes. */
export type BreakEven =
  | {
      readonly kind: 'at';
      readonly exitCycles: number;
      readonly below: string;
      readonly above: string;
    }
  | { readonly kind: 'always'; readonly wins: string; readonly loses: string }
  | { readonly kind: 'same' };

/** Bare metal has no host, so no host pages. */
function isVirtualized({ hostPages }: ResultRow): boolean {
  return hostPages !== 'none';
}

/** In the order of the rows. Bare metal is compared with the virtualized rows of every host page size. */
export function comparisons(rows: readonly ResultRow[]): Comparison[] {
  const guests = new Map<string, ResultRow[]>();
  for (const row of rows) {
    const guest = guests.get(guestKey(row));
    if (guest === undefined) guests.set(guestKey(row), [row]);
    else guest.push(row);
  }
  const seen = new Set<string>();
  return rows.flatMap((row) => {
    const key = guestKey(row) + row.hostPages;
    if (seen.has(key)) return [];
    seen.add(key);
    const sameGuest = guests.get(guestKey(row))!;
    if (!isVirtualized(row) && sameGuest.some(isVirtualized)) return [];
    return compare(sameGuest.filter((other) => !isVirtualized(other) || other.hostPages === row.hostPages));
  });
}

function guestKey({ machine, costs, trace, guestPages, point }: ResultRow): string {
  return JSON.stringify([machine, costs, trace, guestPages, point]);
}

function compare(rows: readonly ResultRow[]): Comparison {
  const { trace, machine, costs, guestPages, point } = rows[0]!;
  const native = rows.find((row) => !isVirtualized(row))?.cycles.total ?? 0;
  const ran = rows.filter((row) => !isExcluded(row));
  const virtualized = ran.filter((row) => isVirtualized(row) && !isBound(row));
  const [best, next] = virtualized.toSorted((a, b) => a.cycles.total - b.cycles.total);
  const decided = best !== undefined && next !== undefined && best.cycles.total < next.cycles.total;
  return {
    trace,
    machine,
    costs,
    guestPages,
    hostPages: rows.find(isVirtualized)?.hostPages ?? 'none',
    point,
    lines: rows.map((row) => ({
      row,
      timesNative: native === 0 || isExcluded(row) ? null : row.cycles.total / native,
    })),
    winner: decided ? best : null,
    runnerUp: next ?? null,
    breakEven: breakEven(
      ran.find(({ strategy }) => strategy === 'shadow'),
      ran.find(({ strategy }) => strategy === 'nested'),
    ),
  };
}

function breakEven(a: ResultRow | undefined, b: ResultRow | undefined): BreakEven | null {
  if (a === undefined || b === undefined) return null;
  const exitCycles = breakEvenExitCycles(priced(a), priced(b));
  const [more, fewer] = a.counters.vmExits > b.counters.vmExits ? [a, b] : [b, a];
  if (exitCycles === null) {
    if (a.cycles.total === b.cycles.total) return { kind: 'same' };
    const [wins, loses] = a.cycles.total < b.cycles.total ? [a, b] : [b, a];
    return { kind: 'always', wins: wins.strategy, loses: loses.strategy };
  }
  if (exitCycles <= 0) return { kind: 'always', wins: fewer.strategy, loses: more.strategy };
  return { kind: 'at', exitCycles, below: more.strategy, above: fewer.strategy };
}

function priced({ counters, cycles }: ResultRow): Priced {
  return { exits: counters.vmExits, cycles };
}

/** What an exit costs in rows of the same prices, on average; entries into the VMM without one do not count. null when nothing exits. */
export function pricedExitCycles(rows: readonly ResultRow[]): number | null {
  const exits = rows.reduce((sum, { counters }) => sum + counters.vmExits, 0);
  return exits === 0 ? null : rows.reduce((sum, row) => sum + cyclesOfExits(row), 0) / exits;
}

/** Cycles of VM exits, hardware and software, without those of entries that are none. */
export function cyclesOfExits({ vmmInvocations }: Pick<ResultRow, 'vmmInvocations'>): number {
  return vmmInvocations.reduce((sum, { cause, cycles }) => sum + (isVmExit(cause) ? cycles : 0), 0);
}

/** The same of the two that a break-even price is between; of all where one of them did not run. */
export function comparedExitCycles(lines: readonly StrategyLine[]): number | null {
  const rows = lines.map(({ row }) => row);
  const both = rows.filter(({ strategy }) => strategy === 'shadow' || strategy === 'nested');
  return pricedExitCycles(both.length === 2 ? both : rows);
}

/** A comparison in words, one thought a line. */
export function verdict({ lines, winner, runnerUp, breakEven }: Comparison): string[] {
  const first = outcome(lines, winner, runnerUp);
  if (breakEven === null) return [first];
  return [first, priceOfExit(breakEven, comparedExitCycles(lines))];
}

function priceOfExit(breakEven: BreakEven, now: number | null): string {
  if (breakEven.kind === 'same') return 'shadow and nested cost the same, whatever an exit costs';
  if (breakEven.kind === 'always') return `${breakEven.wins} beats ${breakEven.loses} whatever an exit costs`;
  const { exitCycles, below, above } = breakEven;
  return `${below} wins while an exit costs less than ${whole(exitCycles)} cycles, ${above} above${now === null ? '' : `; here it costs ${whole(now)}`}`;
}

function outcome(lines: readonly StrategyLine[], winner: ResultRow | null, runnerUp: ResultRow | null): string {
  if (winner !== null && runnerUp !== null) {
    const saved = 1 - winner.cycles.total / runnerUp.cycles.total;
    return `${winner.strategy} wins, ${percent(saved)} fewer cycles than ${runnerUp.strategy}`;
  }
  const ran = lines.filter(({ row }) => !isExcluded(row)).map(({ row }) => row.strategy);
  return runnerUp === null ? `no comparison: only ${ran.join(' and ')} ran` : 'a tie';
}
