/** The exit of a sensitive instruction where the hardware has one for it. */
import type { ExitCause } from './exits.js';
import type { SensitiveName } from './sensitive-instructions.js';

const EXIT_OF: Partial<Record<SensitiveName, ExitCause>> = {
  SGDT: 'sgdt',
  SIDT: 'sidt',
  SLDT: 'sldt',
  STR: 'str',
  SMSW: 'smsw',
  PUSHF: 'pushf',
  POPF: 'popf',
  'INT n': 'softwareInterrupt',
};

export function sensitiveExit(name: SensitiveName): ExitCause | null {
  return EXIT_OF[name] ?? null;
}
