/** Reasons of exits that a boot has, with their numbers under VT-x and AMD-V: what was published, what KVM counted, what a model counts. */
import { ModelError } from '../../errors.js';
import { EXIT_CAUSES, EXITS, isVmExit, type ExitCause, type ExitDefinition } from '../../vmm/exits.js';

export interface Reason {
  readonly title: string;
  /** Basic exit reasons. */
  readonly vmx: readonly number[];
  readonly svm: readonly number[];
  /** Counted as exits for memory: our classification, no source has one. */
  readonly memory: boolean;
}

const SVM_CR = [0x00, 0x03, 0x04, 0x10, 0x13, 0x14, 0x65];

export const REASONS: readonly Reason[] = [
  { title: 'exception or #PF', vmx: [0], svm: [0x46, 0x4e], memory: true },
  { title: 'CR access', vmx: [28], svm: SVM_CR, memory: true },
  { title: 'INVLPG', vmx: [14], svm: [0x79], memory: true },
  { title: 'nested fault', vmx: [48, 49], svm: [0x400], memory: true },
  { title: 'I/O', vmx: [30], svm: [0x7b], memory: false },
  { title: 'CPUID', vmx: [10], svm: [0x72], memory: false },
  { title: 'interrupt', vmx: [1], svm: [0x60], memory: false },
  { title: 'intr. window', vmx: [7], svm: [0x64], memory: false },
  { title: 'MSR', vmx: [31, 32], svm: [0x7c], memory: false },
  { title: 'HLT', vmx: [12], svm: [0x78], memory: false },
  { title: 'timer', vmx: [52], svm: [], memory: false },
  { title: 'other', vmx: [29, 44, 54], svm: [0x20, 0x23, 0x30, 0x73, 0x89], memory: false },
];

/** Exits by reason, in the order of REASONS. */
export type ByReason = readonly number[];

const at = (reason: (one: Reason) => boolean): number => REASONS.findIndex(reason);

/** @param counts by exit codes or causes, each with the index of its reason */
function grouped(counts: readonly (readonly [exit: string, reason: number, exits: number])[]): ByReason {
  const sums = REASONS.map(() => 0);
  for (const [exit, reason, exits] of counts) {
    if (reason < 0) throw new ModelError(`exit ${exit}: no reason of an exit has it`);
    sums[reason]! += exits;
  }
  return sums;
}

export function ofVmx(counts: Readonly<Record<number, number>>): ByReason {
  return grouped(
    Object.entries(counts).map(([number, exits]) => [number, at(({ vmx }) => vmx.includes(Number(number))), exits]),
  );
}

/** @param counts by names that begin with the exit code, such as `0x7b IO` */
export function ofSvm(counts: Readonly<Record<string, number>>): ByReason {
  return grouped(
    Object.entries(counts).map(([name, exits]) => [
      name,
      at(({ svm }) => svm.includes(Number.parseInt(name, 16))),
      exits,
    ]),
  );
}

export function ofModel(exits: Readonly<Record<ExitCause, number>>): ByReason {
  const happened = EXIT_CAUSES.filter((cause) => isVmExit(cause) && exits[cause] > 0);
  return grouped(
    happened.map((cause) => {
      const { vmx }: ExitDefinition = EXITS[cause];
      return [cause, at((reason) => reason.vmx.includes(vmx?.number ?? -1)), exits[cause]];
    }),
  );
}

export const nestedFaults = (exits: ByReason): number => exits[at(({ vmx }) => vmx.includes(48))]!;
export const total = (exits: ByReason): number => exits.reduce((sum, count) => sum + count, 0);
export const forMemory = (exits: ByReason): number =>
  REASONS.reduce((sum, { memory }, reason) => sum + (memory ? exits[reason]! : 0), 0);
export const crShare = (exits: ByReason): number => exits[at(({ vmx }) => vmx.includes(28))]! / total(exits);
