/**
 * What a guest executes, or what happens while it runs, that may leave a virtual machine and is not about its tables: recorded in a trace,
 * carried out by each configuration in its own way.
 */
import { SENSITIVE_INSTRUCTIONS, type SensitiveName } from './sensitive-instructions.js';

export type InstructionName =
  | 'cpuid'
  | 'io'
  | 'hlt'
  | 'rdmsr'
  | 'wrmsr'
  | 'rdtsc'
  | 'interrupt'
  | 'cr0Write'
  | 'cr4Write'
  | 'cr3Read'
  | 'cr4Read'
  | 'clts'
  | 'cr8Read'
  | 'cr8Write'
  | 'apicRead'
  | 'apicWrite'
  | 'exception'
  | 'vmcall'
  /** The guest can take the interrupt that the VMM has for it: the VMM has asked to be told. */
  | 'interruptWindow'
  | SensitiveName;

export interface Instruction {
  readonly name: InstructionName;
  /** A port, an MSR, a value for a register, a vector, an offset in the APIC's page; null where there is none or the trace does not tell. */
  readonly operand: number | null;
  /** What is written to an APIC register. */
  readonly value?: number | null;
}

export function isSensitive(name: InstructionName): name is SensitiveName {
  return Object.hasOwn(SENSITIVE_INSTRUCTIONS, name);
}
