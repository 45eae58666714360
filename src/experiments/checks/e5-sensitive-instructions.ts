import type { MachineName } from '../../config/machines/index.js';
import { configOf } from './replay.js';
import { STRATEGIES } from '../../paging/index.js';
import { vcpuOf } from '../../run/vcpu.js';
import { EXITS, type ExitCause } from '../../vmm/exits.js';
import { SENSITIVE_NAMES, type SensitiveName } from '../../vmm/sensitive-instructions.js';
import { SvmVcpu } from '../../vmm/svm-vcpu.js';
import { all, equal, type Check, type Finding } from './check.js';
import { ScriptedGuest } from './scripted-guest.js';

/** Basic exit reasons of VT-x with descriptor-table exiting. */
const VMX_REASONS: Partial<Record<SensitiveName, number>> = { SGDT: 46, SIDT: 46, SLDT: 47, STR: 47 };
/** Exit code of the first bit of AMD-V's first general intercept vector. */
const FIRST_INTERCEPT = 0x60;
/** Exit codes of AMD-V: that and the bit; SMSW by the intercept of CR0 reads. */
const SVM_CODES: Partial<Record<SensitiveName, number>> = {
  SGDT: 0x67,
  SIDT: 0x66,
  SLDT: 0x68,
  STR: 0x69,
  SMSW: 0x00,
  PUSHF: 0x70,
  POPF: 0x71,
  'INT n': 0x75,
};

interface Mode {
  readonly what: string;
  readonly machine: MachineName;
  readonly sensitive: 'none' | 'descriptor-tables' | 'all';
  /** Numbers of the exits; an instruction without one runs on. */
  readonly exits: Partial<Record<SensitiveName, number>>;
}

const MODES: readonly Mode[] = [
  { what: 'VT-x, as by default', machine: 'intel-skylake', sensitive: 'none', exits: {} },
  {
    what: 'VT-x with descriptor-table exiting',
    machine: 'intel-skylake',
    sensitive: 'descriptor-tables',
    exits: VMX_REASONS,
  },
  { what: 'AMD-V with all intercepts', machine: 'amd-zen4', sensitive: 'all', exits: SVM_CODES },
];

/** The number of the exit that an instruction makes, alone; undefined: it makes none. */
function exitOf(place: number, { machine, sensitive }: Mode): number | undefined {
  const set = [`vmm.controls.sensitive=${sensitive}`];
  const guest = new ScriptedGuest('nested', 'user', configOf({ machine, set }));
  guest.script.event('sensitive', place);
  const [cause] = Object.keys(guest.run().exits) as ExitCause[];
  if (cause === undefined) return undefined;
  return sensitive === 'all' ? EXITS[cause].svm?.code : EXITS[cause].vmx?.number;
}

function compared(mode: Mode): Finding[] {
  const made = SENSITIVE_NAMES.map((name, place) => ({ name, exit: exitOf(place, mode) }));
  return [
    all(
      `instructions that exit, or run on, as they should: ${mode.what}`,
      made.map(({ name, exit }) => exit === mode.exits[name]),
    ),
    equal(
      `instructions that exit: ${mode.what}`,
      Object.keys(mode.exits).length,
      made.filter(({ exit }) => exit !== undefined).length,
    ),
  ];
}

/** AMD-V with the intercept of one instruction alone: whether that one exits and no other, of those that have a bit of the vector. */
function alone(): Finding {
  const config = configOf({ machine: 'amd-zen4' });
  const cases = SENSITIVE_NAMES.flatMap((name) => {
    const bit = (SVM_CODES[name] ?? 0) - FIRST_INTERCEPT;
    if (bit < 0) return [];
    const vcpu = vcpuOf(config, STRATEGIES.nested);
    if (!(vcpu instanceof SvmVcpu)) return [false];
    vcpu.vmcb.controls = { ...vcpu.vmcb.controls, general1: 2 ** bit, crReads: 0 };
    return SENSITIVE_NAMES.map((other) => (vcpu.execute({ name: other, operand: null }) !== null) === (other === name));
  });
  return all('AMD-V with one bit of the intercept vector, each: that instruction exits, the other 17 do not', cases);
}

export const e5: Check = {
  id: 'E5',
  class: 'EXACT',
  title: 'The 18 sensitive instructions under VT-x and AMD-V: which exit, and with which number',
  source: 'Intel SDM vol. 3C, 26.1 to 26.3 (326019-082); intercepts of AMD-V in vmcb.h of Xen',
  tag: 'P',
  workload: 'each instruction once',
  findings: () => [...MODES.flatMap(compared), alone()],
};
