/** How often a real VMM was left for what, and how long that took: what planning starts from. */
import { EXIT_CAUSES, EXITS, type ExitCause, type ExitDefinition } from '../vmm/exits.js';
import { kvmExit, type KvmExit } from '../vmm/kvm-exit-names.js';

export interface ExitProfile {
  /** Time that was watched; null where the source does not tell. */
  readonly seconds: number | null;
  /** Virtual processors that were watched; null where the source does not tell. */
  readonly vcpus: number | null;
  /** In the order of the source. */
  readonly exits: readonly ProfiledExit[];
  /** Whatever else was counted, by the source's names. */
  readonly counters: Readonly<Record<string, number>>;
  /** Of counters that took turns, the share of the time that each was counted, from 0 to 1: their values are scaled up. */
  readonly shares?: Readonly<Record<string, number>>;
}

export interface ProfiledExit extends KvmExit {
  /** As the source has it. */
  readonly name: string;
  /** Our cause, where the hardware's reason has only one. */
  readonly cause: ExitCause | null;
  /** The guest had nothing to do: its time is no cost. */
  readonly idle: boolean;
  readonly count: number;
  /** From the exit to the next entry; null where the source does not tell. */
  readonly meanMicroseconds: number | null;
  readonly minMicroseconds: number | null;
  readonly maxMicroseconds: number | null;
}

export interface ExitTimes {
  readonly mean: number;
  readonly min: number | null;
  readonly max: number | null;
}

const IDLE = ['HLT', 'hlt', 'idle-halt'];
/** Causes that only the model's own policies have. */
const OF_THE_MODEL: readonly ExitCause[] = ['policyTimer', 'sliceEnd'];

/** @param times in microseconds */
export function profiledExit(name: string, count: number, times: ExitTimes | null): ProfiledExit {
  const numbers = kvmExit(name);
  return {
    name,
    ...numbers,
    cause: causeOf(numbers),
    idle: IDLE.includes(name),
    count,
    meanMicroseconds: times?.mean ?? null,
    minMicroseconds: times?.min ?? null,
    maxMicroseconds: times?.max ?? null,
  };
}

function causeOf({ vmx, svm }: KvmExit): ExitCause | null {
  const causes = EXIT_CAUSES.filter((cause) => {
    const exit: ExitDefinition = EXITS[cause];
    const same = vmx === null ? svm !== null && exit.svm?.code === svm : exit.vmx?.number === vmx;
    return same && !OF_THE_MODEL.includes(cause);
  });
  return causes.length === 1 ? causes[0]! : null;
}

/** Time between exits and entries, without the exits of a guest that has nothing to do; null where some times are not known. */
export function costMicroseconds({ exits }: Pick<ExitProfile, 'exits'>): number | null {
  const busy = exits.filter(({ idle }) => !idle);
  if (busy.length === 0 || busy.some(({ meanMicroseconds }) => meanMicroseconds === null)) return null;
  return busy.reduce((sum, { count, meanMicroseconds }) => sum + count * meanMicroseconds!, 0);
}
