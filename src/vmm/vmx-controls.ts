/** The controls of a VMCS: Intel SDM vol. 3C (326019-082), 25.6, and what VM entry refuses in them, 27.2.1.1. */
import { portBitmap, vmxMsrBitmaps } from './bitmaps.js';
import type { Setup } from './setup.js';

/** Pin-based controls, by bit. Table 25-5 */
export const PIN = {
  externalInterrupt: 0,
  nmi: 3,
  virtualNmis: 5,
  preemptionTimer: 6,
  postedInterrupts: 7,
} as const;

/** Primary processor-based controls, by bit. Table 25-6 */
export const PRIMARY = {
  interruptWindow: 2,
  tscOffsetting: 3,
  hlt: 7,
  invlpg: 9,
  mwait: 10,
  rdpmc: 11,
  rdtsc: 12,
  cr3Load: 15,
  cr3Store: 16,
  tertiary: 17,
  cr8Load: 19,
  cr8Store: 20,
  tprShadow: 21,
  nmiWindow: 22,
  movDr: 23,
  unconditionalIo: 24,
  ioBitmaps: 25,
  monitorTrap: 27,
  msrBitmaps: 28,
  monitor: 29,
  pause: 30,
  secondary: 31,
} as const;

/** Secondary processor-based controls, by bit. Table 25-7 */
export const SECONDARY = {
  virtualizeApicAccesses: 0,
  ept: 1,
  descriptorTables: 2,
  rdtscp: 3,
  virtualizeX2apic: 4,
  vpid: 5,
  wbinvd: 6,
  unrestrictedGuest: 7,
  apicRegisters: 8,
  virtualInterrupts: 9,
  pauseLoop: 10,
  rdrand: 11,
  invpcid: 12,
  vmFunctions: 13,
  vmcsShadowing: 14,
  encls: 15,
  rdseed: 16,
  pageModificationLog: 17,
  eptViolationVe: 18,
  xsaves: 20,
  modeBasedExecute: 22,
  tscScaling: 25,
} as const;

/** Primary controls that the first VT-x processors cannot clear: appendix A.3.2, "default1". */
const DEFAULT1 = wordOf([1, 4, 5, 6, 8, 13, 14, PRIMARY.cr3Load, PRIMARY.cr3Store, 26]);

export interface VmxControls {
  pin: number;
  primary: number;
  secondary: number;
  exceptionBitmap: number;
  /** Page faults exit by their error codes: 25.6.3. */
  pfecMask: number;
  pfecMatch: number;
  cr0Mask: number;
  cr0ReadShadow: number;
  cr4Mask: number;
  cr4ReadShadow: number;
  /** CR3-target values that count. */
  cr3Targets: readonly number[];
  /** 4 KiB, or null without MSR bitmaps. */
  msrBitmaps: Uint8Array | null;
  /** A and B together, 8 KiB, or null without I/O bitmaps. */
  ioBitmaps: Uint8Array | null;
  tprThreshold: number;
  vpid: number;
  /** Bits 2:0 memory type, 5:3 walk length less one, 6 accessed and dirty bits; 0 without EPT. */
  eptp: number;
}

export function isSet(word: number, bit: number): boolean {
  return ((word >>> bit) & 1) !== 0;
}

const PAGE_FAULT = 14;
const CR0 = { pe: 1 << 0, ne: 1 << 5, nw: 1 << 29, cd: 1 << 30, pg: 1 << 31 };
const CR4 = { pse: 1 << 4, pae: 1 << 5, pge: 1 << 7, vmxe: 1 << 13, smep: 1 << 20, smap: 1 << 21 };
/** Write-back, four levels. */
const EPTP = 6 | (3 << 3);

/** Controls as a VMM of the kind of KVM fills them; without EPT it owns the bits that change what page tables mean. */
export function vmxControls({ shadow, nested, timer, faultFilter, tagged, wanted, features }: Setup): VmxControls {
  const { sensitive, exceptions, tag } = wanted;
  const cr3 = (asked: boolean | null): boolean => features.cr3ExitsForced || (asked ?? shadow);
  const tprShadow = wanted.tprShadow && features.tprShadow;
  const apicAccesses = wanted.apicAccessPage && features.apicAccessPage;
  const secondary = bitsOf(SECONDARY, {
    virtualizeApicAccesses: apicAccesses,
    ept: nested,
    vpid: tagged,
    descriptorTables: sensitive !== 'none',
  });
  const primary = bitsOf(PRIMARY, {
    hlt: wanted.hlt,
    invlpg: wanted.invlpg ?? shadow,
    cr3Load: cr3(wanted.cr3Load),
    cr3Store: cr3(wanted.cr3Store),
    cr8Load: !tprShadow,
    cr8Store: !tprShadow,
    tprShadow,
    unconditionalIo: wanted.io === true,
    ioBitmaps: Array.isArray(wanted.io),
    msrBitmaps: wanted.msr !== true,
    secondary: secondary !== 0,
  });
  const paging = shadow ? CR0.pg | CR0.pe : 0;
  return {
    pin: bitsOf(PIN, { externalInterrupt: true, nmi: true, preemptionTimer: timer }),
    primary: (primary | (features.cr3ExitsForced ? DEFAULT1 : 0)) >>> 0,
    secondary,
    exceptionBitmap: wordOf([...exceptions, ...(shadow ? [PAGE_FAULT] : [])]),
    pfecMask: shadow && faultFilter ? 1 : 0,
    pfecMatch: shadow && faultFilter ? 1 : 0,
    cr0Mask: (CR0.cd | CR0.nw | CR0.ne | paging) >>> 0,
    cr0ReadShadow: (CR0.pg | CR0.pe) >>> 0,
    cr4Mask: !shadow ? CR4.vmxe : CR4.vmxe | CR4.pse | CR4.pae | CR4.pge | CR4.smep | CR4.smap,
    cr4ReadShadow: CR4.pae | CR4.pge,
    cr3Targets: [],
    msrBitmaps: wanted.msr === true ? null : vmxMsrBitmaps(wanted.msr),
    ioBitmaps: typeof wanted.io === 'boolean' ? null : portBitmap(wanted.io, 8192),
    tprThreshold: 0,
    vpid: tagged ? tag : 0,
    eptp: nested ? EPTP : 0,
  };
}

interface Rule {
  readonly broken: (controls: VmxControls) => boolean;
  readonly text: string;
}

const primaryBit = (bit: number) => (controls: VmxControls) => isSet(controls.primary, bit);
const secondaryBit = (bit: number) => (controls: VmxControls) => isSet(controls.secondary, bit);
const needsEpt = (bit: number, name: string): Rule => ({
  broken: (controls) => secondaryBit(bit)(controls) && !secondaryBit(SECONDARY.ept)(controls),
  text: `"${name}" is 1 and "enable EPT" is 0`,
});

/** What VM entry refuses: SDM vol. 3C, 27.2.1.1. */
const RULES: readonly Rule[] = [
  {
    broken: ({ vpid, secondary }) => isSet(secondary, SECONDARY.vpid) && vpid === 0,
    text: '"enable VPID" is 1 and the VPID is 0, which is the host\'s',
  },
  { broken: ({ cr3Targets }) => cr3Targets.length > 4, text: 'the CR3-target count is above 4' },
  {
    broken: ({ primary, secondary }) => !isSet(primary, PRIMARY.secondary) && secondary !== 0,
    text: 'secondary controls are set and "activate secondary controls" is 0',
  },
  {
    broken: ({ pin }) => isSet(pin, PIN.virtualNmis) && !isSet(pin, PIN.nmi),
    text: '"virtual NMIs" is 1 and "NMI exiting" is 0',
  },
  {
    broken: ({ pin, primary }) => isSet(primary, PRIMARY.nmiWindow) && !isSet(pin, PIN.virtualNmis),
    text: '"NMI-window exiting" is 1 and "virtual NMIs" is 0',
  },
  {
    broken: ({ primary, tprThreshold }) => isSet(primary, PRIMARY.tprShadow) && tprThreshold > 15,
    text: 'bits 31:4 of the TPR threshold are not 0',
  },
  ...(['virtualizeX2apic', 'apicRegisters', 'virtualInterrupts'] as const).map((name): Rule => ({
    broken: (controls) => secondaryBit(SECONDARY[name])(controls) && !primaryBit(PRIMARY.tprShadow)(controls),
    text: `"${name}" is 1 and "use TPR shadow" is 0`,
  })),
  {
    broken: ({ secondary }) =>
      isSet(secondary, SECONDARY.virtualizeX2apic) && isSet(secondary, SECONDARY.virtualizeApicAccesses),
    text: '"virtualize x2APIC mode" and "virtualize APIC accesses" are both 1',
  },
  {
    broken: ({ pin, secondary }) => isSet(secondary, SECONDARY.virtualInterrupts) && !isSet(pin, PIN.externalInterrupt),
    text: '"virtual-interrupt delivery" is 1 and "external-interrupt exiting" is 0',
  },
  {
    broken: ({ pin, secondary }) => isSet(pin, PIN.postedInterrupts) && !isSet(secondary, SECONDARY.virtualInterrupts),
    text: '"process posted interrupts" is 1 and "virtual-interrupt delivery" is 0',
  },
  {
    broken: ({ secondary, eptp }) =>
      isSet(secondary, SECONDARY.ept) && ((eptp & 7) % 6 !== 0 || ((eptp >> 3) & 7) !== 3),
    text: 'the EPTP has a memory type other than 0 and 6, or a walk length other than 4',
  },
  needsEpt(SECONDARY.unrestrictedGuest, 'unrestricted guest'),
  needsEpt(SECONDARY.pageModificationLog, 'enable PML'),
  needsEpt(SECONDARY.modeBasedExecute, 'mode-based execute control for EPT'),
];

/** The rules that controls break: VM entry fails with each of them. */
export function vmxViolations(controls: VmxControls): string[] {
  return RULES.filter(({ broken }) => broken(controls)).map(({ text }) => text);
}

function wordOf(bits: readonly number[]): number {
  return bits.reduce((word, bit) => word | (1 << bit), 0) >>> 0;
}

function bitsOf<T extends Readonly<Record<string, number>>>(
  bits: T,
  wanted: Readonly<Partial<Record<keyof T, boolean>>>,
): number {
  return wordOf(Object.keys(bits).flatMap((name) => (wanted[name] === true ? [bits[name]!] : [])));
}
