/** What the numbers of one kind of host mean: which configuration, how sure, what to change first, and where it would turn round. */
import { changes, isOnSale, type Configuration } from './configuration.js';
import type { Host } from './fleet.js';
import { likely, spread, type Moved, type Part, type Span } from './inputs.js';
import { exitsOf, totalExits } from './load/load.js';
import { threadsOf, type Option, type Subject } from './plan.js';

/** One statement: that the first takes less of the hosts' time than the second. */
export interface Statement {
  readonly better: Option;
  readonly worse: Option;
  /** Of the fleet's time, in percent of what the worse one takes; below 0 it is not so. */
  readonly saved: Span;
  /** Holds in every corner that was searched, with each input at each end alone, or only as is likely. */
  readonly holds: 'always' | 'alone' | 'likely';
  /** By what moves it most. */
  readonly moves: readonly Move[];
}

export interface Move extends Moved {
  readonly turns: boolean;
}

/** Where shadow and nested paging cost a virtual machine the same, all else as is likely. */
export interface BreakEven {
  readonly vm: string;
  readonly pages: Pick<Configuration, 'hostPages' | 'guestPages'>;
  readonly missesPerSecond: number;
  /** Exits on behalf of translation that shadow paging has more. */
  readonly exitsPerSecond: number;
  /** Of a walk, that nested paging takes more. */
  readonly walkCyclesMore: number;
  /** Mean price of those exits. */
  readonly exitCycles: number;
  /** TLB misses for each of those exits at which both cost the same; null: shadow paging costs more however many. */
  readonly missesPerExit: number | null;
  /** Price of an exit, of what it is, at which both cost the same; null: at none. */
  readonly priceFactor: number | null;
}

export interface Conclusions {
  readonly now: Option;
  readonly best: Option;
  /** Of the changes of one thing, the one that saves most; null: none saves anything. */
  readonly change: Option | null;
  readonly statements: readonly Statement[];
  readonly breakEven: readonly BreakEven[];
}

/** Two configurations whose times differ less are one choice. */
const ALIKE = 1.002;

export function conclusionsOf(
  current: Configuration,
  host: Host,
  subjects: readonly Subject[],
  options: readonly Option[],
): Conclusions {
  const possible = options.filter(({ obstacle }) => obstacle === null);
  const now = possible.find(({ configuration }) => changes(configuration, current) === 0)!;
  const chosen = possible.filter(
    ({ configuration }) => isOnSale(configuration) && !lessVirtual(configuration, current),
  );
  const best = least(chosen, current);
  const single = chosen.filter(({ configuration }) => changes(configuration, current) === 1);
  const change = single.length === 0 ? null : least(single, current);
  const otherPaging = chosen.filter(({ configuration }) => configuration.paging !== best.configuration.paging);
  const against = [
    ...(best === now ? [] : [now]),
    ...(otherPaging.length === 0 ? [] : [least(otherPaging, current)]),
    ...(best !== now || single.length === 0 ? [] : [least(single, current)]),
  ];
  return {
    now,
    best,
    change: change !== null && change.threads.likely * ALIKE < now.threads.likely ? change : null,
    statements: [...new Set(against)].map((worse) => statementOf(subjects, best, worse)),
    breakEven: ['shadow', 'nested'].every((paging) =>
      possible.some(({ configuration }) => configuration.paging === paging),
    )
      ? subjects.map((subject) => breakEvenOf(current, subject, host))
      : [],
  };
}

/** Leaving a virtual machine for the machine itself, or giving tags up, is no choice of paging. */
function lessVirtual(one: Configuration, now: Configuration): boolean {
  return one.nestedVirtualization !== now.nestedVirtualization || (now.tags && !one.tags);
}

/** The cheapest; of those that nothing tells apart, the one with the fewest changes. */
function least(options: readonly Option[], now: Configuration): Option {
  const fewest = Math.min(...options.map(({ threads }) => threads.likely));
  const alike = options.filter(({ threads }) => threads.likely <= fewest * ALIKE);
  return alike.reduce((best, one) => (changes(one.configuration, now) < changes(best.configuration, now) ? one : best));
}

function statementOf(subjects: readonly Subject[], better: Option, worse: Option): Statement {
  const parts = subjects.map((subject): Part => ({
    inputs: subject.estimate.inputs,
    of: (at) => [better, worse].map(({ configuration }) => threadsOf(subject, configuration, at)),
  }));
  const { span, moves: all } = spread(parts, ([less, more]) => 100 * (1 - less! / more!));
  const moves = all
    .map((move): Move => ({ ...move, turns: move.atLow < 0 || move.atHigh < 0 }))
    .filter(({ atLow, atHigh }) => Math.abs(atLow - atHigh) > 1e-9)
    .sort((a, b) => Math.abs(b.atHigh - b.atLow) - Math.abs(a.atHigh - a.atLow));
  const holds = span.low >= 0 ? 'always' : moves.some(({ turns }) => turns) ? 'likely' : 'alone';
  return { better, worse, saved: span, holds, moves };
}

function breakEvenOf(now: Configuration, { vm, estimate }: Subject, { gigahertz }: Host): BreakEven {
  const hertz = gigahertz * 1e9;
  const of = (paging: 'shadow' | 'nested') => {
    // Of a second of work, so that both do the same.
    const rates = estimate.rates({ ...now, paging }, likely);
    const work = rates.slowdown;
    const exits = totalExits(exitsOf(rates.exits, true)) * work;
    const walking = (rates.share * hertz - rates.exitCycles) * work;
    return { misses: rates.tlbMisses * work, exits, exitCycles: rates.exitCycles * work, walking };
  };
  const [shadow, nested] = [of('shadow'), of('nested')];
  const exits = shadow.exits - nested.exits;
  const cycles = shadow.exitCycles - nested.exitCycles;
  const walking = nested.walking - shadow.walking;
  const walkCyclesMore = nested.misses === 0 ? 0 : walking / nested.misses;
  const exitCycles = exits === 0 ? 0 : cycles / exits;
  return {
    vm: vm.name,
    pages: now,
    missesPerSecond: nested.misses,
    exitsPerSecond: exits,
    walkCyclesMore,
    exitCycles,
    missesPerExit: walkCyclesMore <= 0 || exits <= 0 ? null : exitCycles / walkCyclesMore,
    priceFactor: cycles <= 0 || walking <= 0 ? null : walking / cycles,
  };
}
