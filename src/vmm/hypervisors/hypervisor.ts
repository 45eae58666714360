/**
 * A hypervisor that runs in a virtual machine, as its instructions look from below: what it executes for an exit of its own guest until it
 * enters it again. Which of these instructions exit in turn is not said here: the controls of the level below decide (`LevelBelow`).
 */
import type { ExitCause } from '../exits.js';

/** An instruction that may leave the virtual machine, with its MSR or VMCS field where it has one. */
export type Step =
  | { readonly does: 'rdmsr' | 'wrmsr'; readonly msr: number }
  | { readonly does: 'vmread' | 'vmwrite'; readonly field: number }
  | { readonly does: 'vmload' | 'vmsave' | 'stgi' | 'clgi' | 'vmrun' | 'invlpga' }
  | { readonly does: 'vmresume' | 'vmptrld' | 'vmclear' | 'invept' | 'invvpid' }
  /** Not an instruction: the moment when it lets the interrupt in that the level below has for it. */
  | { readonly does: 'hlt' | 'interruptWindow' };

export interface Hypervisor {
  /** The kernel whose sources say so. */
  readonly source: string;
  /** From the exit to the handler, and from there into the guest: the same for each exit. */
  readonly exit: readonly Step[];
  readonly entry: readonly Step[];
  /** What a handler executes besides. */
  readonly handlers: Readonly<Partial<Record<ExitCause, readonly Step[]>>>;
  /** An exit that a user process handles, and one that puts the thread to sleep until a timer. */
  readonly userSpace: readonly Step[];
  readonly sleep: readonly Step[];
}

/** Ways of an exit that its cause does not tell. */
export type Way = 'kernel' | 'userSpace' | 'sleep';

/** Whether an instruction of a guest hypervisor exits, and for what; null where the hardware carries it out. */
export type LevelBelow = (step: Step) => ExitCause | null;

export const rdmsr = (msr: number): Step => ({ does: 'rdmsr', msr });
export const wrmsr = (msr: number): Step => ({ does: 'wrmsr', msr });
export const vmread = (field: number): Step => ({ does: 'vmread', field });
export const vmwrite = (field: number): Step => ({ does: 'vmwrite', field });

/** All that one exit has a hypervisor execute, in order. */
export function stepsOf(hypervisor: Hypervisor, cause: ExitCause, way: Way = 'kernel'): readonly Step[] {
  const { exit, handlers, entry } = hypervisor;
  const besides = way === 'kernel' ? [] : hypervisor[way];
  return [...exit, ...(handlers[cause] ?? []), ...besides, ...entry];
}

/** Exits to the level below, by cause. */
export function exitsBelow(steps: readonly Step[], below: LevelBelow): ExitCause[] {
  return steps.flatMap((step) => below(step) ?? []);
}
