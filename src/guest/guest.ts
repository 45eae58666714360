/** What stands on the guest's side of a replay: it takes the events of a trace and the page faults of its references. */
import type { FaultHandler } from '../mmu/miss-path.js';
import { TraceError } from '../errors.js';
import { KIND, operand, operandCount, type EventBatch, type KindName } from '../trace/event.js';
import type { Instruction, InstructionName } from '../vmm/instructions.js';
import { SENSITIVE_NAMES, type SensitiveName } from '../vmm/sensitive-instructions.js';

export interface Guest extends FaultHandler {
  /** Carries out the event in a row: changes tables, switches address spaces, executes instructions. */
  event(batch: EventBatch, row: number): void;
  /** The program goes on: a reference is next. */
  resume?(): void;
}

/** Events that are instructions, whoever the guest is. */
const INSTRUCTIONS = [
  ...(['cpuid', 'io', 'hlt', 'rdmsr', 'wrmsr', 'interrupt', 'cr0Write', 'cr4Write', 'cr3Read', 'clts'] as const),
  ...(['cr8Read', 'cr8Write', 'apicRead', 'apicWrite', 'exception', 'vmcall'] as const),
] satisfies readonly (InstructionName & KindName)[];

/** The instruction in a row; null if the row is none. */
export function instructionAt(batch: EventBatch, row: number): Instruction | null {
  const kind = batch.kind[row]!;
  if (kind === KIND.sensitive) return { name: sensitiveAt(operand(batch, row, 0)), operand: null };
  const name = INSTRUCTIONS.find((instruction) => KIND[instruction] === kind);
  if (name === undefined) return null;
  const given = (at: number): number | null => (operandCount(batch, row) > at ? operand(batch, row, at) : null);
  return { name, operand: given(0), value: given(1) };
}

function sensitiveAt(place: number): SensitiveName {
  const name = SENSITIVE_NAMES[place];
  if (name === undefined)
    throw new TraceError(
      `event sensitive: found instruction ${place}; expected a number from 0 to ${SENSITIVE_NAMES.length - 1}`,
    );
  return name;
}
