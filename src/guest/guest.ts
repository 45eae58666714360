/** What stands on the guest's side of a replay: it takes the events of a trace and the page faults of its references. */
import type { FaultHandler } from '../mmu/mmu.js';
import { TraceError } from '../errors.js';
import { KIND, operand, operandCount, type EventBatch } from '../trace/event.js';
import type { Instruction, InstructionName } from '../vmm/instructions.js';
import { SENSITIVE_NAMES, type SensitiveName } from '../vmm/sensitive-instructions.js';

export interface Guest extends FaultHandler {
  /** Carries out the event in a row: changes tables, switches address spaces, executes instructions. */
  event(batch: EventBatch, row: number): void;
}

/** Events that are instructions, whoever the guest is. */
const INSTRUCTIONS = {
  [KIND.cpuid]: 'cpuid',
  [KIND.io]: 'io',
  [KIND.hlt]: 'hlt',
  [KIND.rdmsr]: 'rdmsr',
  [KIND.wrmsr]: 'wrmsr',
  [KIND.interrupt]: 'interrupt',
  [KIND.cr0Write]: 'cr0Write',
  [KIND.cr4Write]: 'cr4Write',
  [KIND.cr3Read]: 'cr3Read',
  [KIND.clts]: 'clts',
  [KIND.cr8Read]: 'cr8Read',
  [KIND.cr8Write]: 'cr8Write',
  [KIND.apicRead]: 'apicRead',
  [KIND.apicWrite]: 'apicWrite',
  [KIND.exception]: 'exception',
  [KIND.vmcall]: 'vmcall',
} as const satisfies Record<number, InstructionName>;

/** The instruction in a row; null if the row is none. */
export function instructionAt(batch: EventBatch, row: number): Instruction | null {
  const kind = batch.kind[row]!;
  const given = operandCount(batch, row) > 0 ? operand(batch, row, 0) : null;
  const value = operandCount(batch, row) > 1 ? operand(batch, row, 1) : null;
  if (kind === KIND.sensitive) return { name: sensitiveAt(given!), operand: null };
  if (!Object.hasOwn(INSTRUCTIONS, kind)) return null;
  return { name: INSTRUCTIONS[kind as keyof typeof INSTRUCTIONS], operand: given, value };
}

function sensitiveAt(place: number): SensitiveName {
  const name = SENSITIVE_NAMES[place];
  if (name === undefined)
    throw new TraceError(
      `event sensitive: found instruction ${place}; expected a number from 0 to ${SENSITIVE_NAMES.length - 1}`,
    );
  return name;
}
