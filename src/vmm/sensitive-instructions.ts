/**
 * The 18 problem instructions of the 80x86 (Hennessy & Patterson, 4th ed., Figure 5.27): they behave otherwise in a deprivileged kernel than
 * in a privileged one, and do not trap, so that a VMM that runs the kernel in an outer ring is never told.
 *
 * J. Robin and C. Irvine, USENIX Security 2000, who count 17. VT-x: Intel SDM vol. 3C, 26.1 to 26.3; AMD-V: APM vol. 2, 15.9.
 */
import { EXITS, type ExitCause, type ExitDefinition } from './exits.js';
import type { General1 } from './svm-predicates.js';

/** How an instruction fares: `harmless` is right without anybody's help, `misbehaves` is wrong without anybody being told. */
export type Fate = 'harmless' | 'misbehaves' | 'exits' | 'rewritten' | 'replaced';

export interface SensitiveInstruction {
  readonly group: 'reads a register' | 'flags' | 'protection';
  /** Why trap-and-emulate fails. */
  readonly why: string;
  /** Its exit, where the hardware can make it one; null where none can. */
  readonly exit: ExitCause | null;
  /** VT-x: the exit that descriptor-table exiting makes of it; null where no control does. */
  readonly vmx: ExitDefinition['vmx'];
  /** VT-x without an exit: why it is right all the same. */
  readonly vmxOtherwise: string;
  /** AMD-V: the intercept; null where there is none. */
  readonly svm: General1 | 'CR0_READ' | null;
}

const DESCRIPTOR = 'reads the register of the guest, which the VMCS holds';
const AT_CPL0 = 'the guest kernel runs at CPL 0';

function protection(why: string, vmxOtherwise = AT_CPL0): SensitiveInstruction {
  return { group: 'protection', why, exit: null, vmx: null, vmxOtherwise, svm: null };
}

export const SENSITIVE_INSTRUCTIONS = {
  SGDT: {
    group: 'reads a register',
    why: "shows the VMM's GDTR at any privilege level",
    exit: 'sgdt',
    vmx: EXITS.sgdt.vmx,
    vmxOtherwise: DESCRIPTOR,
    svm: 'GDTR_READ',
  },
  SIDT: {
    group: 'reads a register',
    why: "shows the VMM's IDTR at any privilege level",
    exit: 'sidt',
    vmx: EXITS.sidt.vmx,
    vmxOtherwise: DESCRIPTOR,
    svm: 'IDTR_READ',
  },
  SLDT: {
    group: 'reads a register',
    why: "shows the VMM's LDTR at any privilege level",
    exit: 'sldt',
    vmx: EXITS.sldt.vmx,
    vmxOtherwise: DESCRIPTOR,
    svm: 'LDTR_READ',
  },
  STR: {
    group: 'reads a register',
    why: "shows the VMM's task register, and the privilege level in its selector",
    exit: 'str',
    vmx: EXITS.str.vmx,
    vmxOtherwise: DESCRIPTOR,
    svm: 'TR_READ',
  },
  SMSW: {
    group: 'reads a register',
    why: 'reads the low half of the real CR0 at any privilege level',
    exit: 'smsw',
    vmx: null,
    vmxOtherwise: 'reads the bits that the host owns from the CR0 read shadow',
    svm: 'CR0_READ',
  },
  PUSHF: {
    group: 'flags',
    why: 'shows the real interrupt flag and IOPL',
    exit: 'pushf',
    vmx: null,
    vmxOtherwise: 'the guest has flags of its own',
    svm: 'PUSHF',
  },
  POPF: {
    group: 'flags',
    why: 'leaves the interrupt flag and IOPL as they are, without a fault, where CPL is above IOPL or not 0',
    exit: 'popf',
    vmx: null,
    vmxOtherwise: 'the guest has flags of its own, and its kernel runs at CPL 0',
    svm: 'POPF',
  },
  LAR: protection('checks the privilege level against that of the descriptor: the outer ring shows'),
  LSL: protection('checks the privilege level against that of the descriptor: the outer ring shows'),
  VERR: protection('checks the privilege level against that of the descriptor: the outer ring shows'),
  VERW: protection('checks the privilege level against that of the descriptor: the outer ring shows'),
  'POP segment': protection('loads a selector with checks against the outer ring'),
  'PUSH segment': protection('shows the privilege level in the selectors of CS and SS'),
  'CALL far': protection(
    'checks gates against the outer ring',
    'the guest kernel runs at CPL 0; a task gate exits (reason 9)',
  ),
  'JMP far': protection(
    'checks gates against the outer ring',
    'the guest kernel runs at CPL 0; a task gate exits (reason 9)',
  ),
  'RET far': protection('returns to the ring in the selector, which is not the one that the kernel left'),
  'INT n': {
    ...protection(
      'checks the privilege level of the gate against the outer ring',
      'goes through the IDT of the guest; exits if it faults and the exception bitmap says so, and at a task gate (reason 9)',
    ),
    exit: 'softwareInterrupt',
    svm: 'SWINT',
  },
  'MOV segment': protection(
    'shows the privilege level in a selector, and loads one with checks against the outer ring',
  ),
} as const satisfies Record<string, SensitiveInstruction>;

export type SensitiveName = keyof typeof SENSITIVE_INSTRUCTIONS;
/** In the order in which traces number them. */
export const SENSITIVE_NAMES = Object.keys(SENSITIVE_INSTRUCTIONS) as readonly SensitiveName[];

/** Ways to run a guest kernel. */
export const GUEST_MODES = {
  /** A user program: what an operating system expects of it. */
  user: 'natively, in a user program',
  ringCompression: 'deprivileged kernel, trap and emulate',
  binaryTranslation: 'binary translation',
  paravirtualization: 'paravirtual kernel',
  vmx: 'VT-x, as by default',
  vmxDescriptorExiting: 'VT-x with descriptor-table exiting',
  svm: 'AMD-V with all its intercepts',
} as const;

export type GuestMode = keyof typeof GUEST_MODES;

export function fateOf(name: SensitiveName, mode: GuestMode): Fate {
  const { vmx, svm }: SensitiveInstruction = SENSITIVE_INSTRUCTIONS[name];
  switch (mode) {
    case 'user':
    case 'vmx':
      return 'harmless';
    case 'ringCompression':
      return 'misbehaves';
    case 'binaryTranslation':
      return 'rewritten';
    case 'paravirtualization':
      return 'replaced';
    case 'vmxDescriptorExiting':
      return vmx === null ? 'harmless' : 'exits';
    case 'svm':
      return svm === null ? 'harmless' : 'exits';
  }
}
