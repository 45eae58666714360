import { resolveConfig } from '../../config/resolve.js';
import { STRATEGIES } from '../../paging/index.js';
import { vcpuOf } from '../../run/vcpu.js';
import {
  clts,
  crRead,
  exceptionExits,
  invpcid,
  ioExits,
  lmswExits,
  movToCr3Exits,
  movToCrExits,
  msrExits,
  pageFaultExits,
} from '../../vmm/vmx-predicates.js';
import { VmxVcpu } from '../../vmm/vmx-vcpu.js';
import { all, type Check, type Finding } from './check.js';

const count = (many: number): number[] => [...Array(many).keys()];
const BITS = count(32);
const BOTH = [false, true] as const;
const bitOf = (word: number, bit: number): number => Math.floor(word / 2 ** bit) % 2;
const at = (bit: number, value: number): number => value * 2 ** bit;

/** Every mask, shadow and value of four bits. */
function triples(work: (mask: number, shadow: number, value: number) => boolean): boolean[] {
  return count(16).flatMap((mask) =>
    count(16).flatMap((shadow) => count(16).map((value) => work(mask, shadow, value))),
  );
}

/** Four bits at a time, at each place of a register. */
const everywhere = (work: (place: number) => boolean[]): boolean[] => count(8).flatMap((fourth) => work(4 * fourth));

/** Each rule, over all that decides; what it has to say is written out bit by bit. */
const RULES: Readonly<Record<string, () => boolean[]>> = {
  'MOV to CR0 or CR4 exits iff some bit has mask 1 and another value than the read shadow': () =>
    everywhere((place) =>
      triples((mask, shadow, value) => {
        const wanted = count(4).some((bit) => bitOf(mask, bit) === 1 && bitOf(value, bit) !== bitOf(shadow, bit));
        return movToCrExits(at(place, mask), at(place, shadow), at(place, value)) === wanted;
      }),
    ),
  'a read of CR0 or CR4, and SMSW, give the shadow where the mask is 1, else the register': () =>
    everywhere((place) =>
      triples((mask, shadow, real) => {
        const wanted = count(4).map((bit) => at(place + bit, bitOf(bitOf(mask, bit) === 1 ? shadow : real, bit)));
        const read = crRead(at(place, mask), at(place, shadow), at(place, real));
        return read === wanted.reduce((sum, bit) => sum + bit, 0);
      }),
    ),
  'CLTS exits iff mask and shadow of TS are 1; mask 1 and shadow 0: no change; mask 0: it clears TS': () =>
    count(16).flatMap((mask) =>
      count(16).map((shadow) => {
        const owned = bitOf(mask, 3) === 1;
        const wanted = !owned ? 'clears TS' : bitOf(shadow, 3) === 1 ? 'exits' : 'ignored';
        return clts(mask, shadow) === wanted;
      }),
    ),
  'LMSW exits iff it sets an owned PE that the shadow has clear, or gives an owned bit 1 to 3 another value': () =>
    triples((mask, shadow, source) => {
      const setsPe = bitOf(mask, 0) === 1 && bitOf(source, 0) === 1 && bitOf(shadow, 0) === 0;
      const rest = [1, 2, 3].some((bit) => bitOf(mask, bit) === 1 && bitOf(source, bit) !== bitOf(shadow, bit));
      return lmswExits(mask, shadow, source) === (setsPe || rest);
    }),
  'MOV to CR3 exits iff the control is 1 and the value is none of the first n CR3-targets, n = 0 to 4': () => {
    const values = [0x1000, 0x2000, 0x3000, 0x4000];
    return count(5).flatMap((n) =>
      [...values, 0x5000].flatMap((value, place) =>
        BOTH.map((control) => movToCr3Exits(control, values.slice(0, n), value) === (control && place >= n)),
      ),
    );
  },
  'MOV from CR3 exits iff control 16 is 1': () => decidedBy(16, (vcpu) => asked(vcpu, 'cr3Read')),
  'MOV to CR8 exits iff control 19 is 1, without a TPR shadow': () =>
    decidedBy(19, (vcpu) => vcpu.execute({ name: 'cr8Write', operand: 1 }) !== null),
  'MOV from CR8 exits iff control 20 is 1': () => decidedBy(20, (vcpu) => asked(vcpu, 'cr8Read')),
  'INVLPG exits iff control 9 is 1': () => decidedBy(9, (vcpu) => vcpu.exits('invlpg', {})),
  'INVPCID exits iff it is enabled and control 9 is 1; it is undefined where it is not enabled': () =>
    BOTH.flatMap((enabled) =>
      BOTH.map((invlpg) => invpcid(enabled, invlpg) === (!enabled ? 'undefined' : invlpg ? 'exits' : 'runs')),
    ),
  'a page fault exits iff bitmap[14] where (PFEC & MASK) = MATCH, iff not bitmap[14] elsewhere': () =>
    count(64).flatMap((code) =>
      count(64).flatMap((mask) =>
        count(64).flatMap((match) =>
          [0, 1].map((bit14) => {
            const matches = count(6).every((bit) => bitOf(code, bit) * bitOf(mask, bit) === bitOf(match, bit));
            return pageFaultExits(at(14, bit14), mask, match, code) === (matches ? bit14 === 1 : bit14 === 0);
          }),
        ),
      ),
    ),
  'another exception exits iff its bit of the bitmap is 1': () =>
    BITS.flatMap((bit) => BITS.map((vector) => exceptionExits(at(bit, 1), vector) === (bit === vector))),
  'RDMSR and WRMSR: without bitmaps always; outside 0..1FFF and C0000000..C0001FFF always; else by their bit': () =>
    [0, 0x10, 0x1fff, 0x2000, 0xbfff_ffff, 0xc000_0000, 0xc000_0080, 0xc000_1fff, 0xc000_2000, 0xffff_ffff].flatMap(
      (msr) => BOTH.flatMap((write) => msrCases(msr, write)),
    ),
  'IN and OUT: without bitmaps by control 24; else iff any port has its bit, or the access wraps past FFFF': () =>
    [0, 0x3f8, 0x7ffe, 0x7fff, 0x8000, 0xfffd, 0xffff].flatMap((port) =>
      ([1, 2, 4] as const).flatMap((bytes) => portCases(port, bytes)),
    ),
};

/** Where no bit, every bit, its own alone, and every other is set. Reads of low and high MSRs come first, then writes: 1 KiB each. */
function msrCases(msr: number, write: boolean): boolean[] {
  const low = msr <= 0x1fff;
  const hasBit = low || (msr >= 0xc000_0000 && msr <= 0xc000_1fff);
  const byte = (write ? 2048 : 0) + (low ? 0 : 1024) + Math.floor((msr % 0x2000) / 8);
  const own = hasBit ? 2 ** (msr % 8) : 0;
  const [none, every, alone, others] = [0, 0xff, 0, 0xff].map((fill) => new Uint8Array(4096).fill(fill));
  alone![byte] = own;
  others![byte] = 0xff - own;
  return [
    msrExits(null, msr, write),
    msrExits(none!, msr, write) !== hasBit,
    msrExits(every!, msr, write),
    msrExits(alone!, msr, write),
    msrExits(others!, msr, write) !== hasBit,
  ];
}

/** With the bit of each port around the access set alone. */
function portCases(port: number, bytes: 1 | 2 | 4): boolean[] {
  const wraps = port + bytes > 0x1_0000;
  const around = count(8).map((step) => (port - 2 + step + 0x1_0000) % 0x1_0000);
  return BOTH.flatMap((control) => [
    ioExits(control, null, port, bytes) === control,
    ...around.map((one) => {
      const bitmaps = new Uint8Array(8192);
      bitmaps[Math.floor(one / 8)] = 2 ** (one % 8);
      return ioExits(control, bitmaps, port, bytes) === (wraps || (one >= port && one < port + bytes));
    }),
  ]);
}

/** A virtual processor without a TPR shadow, with a primary control 0 and 1. */
function decidedBy(control: number, exits: (vcpu: VmxVcpu) => boolean): boolean[] {
  return [0, 1].map((value) => {
    const vcpu = vcpuOf(resolveConfig({ machine: 'intel-skylake' }), STRATEGIES.nested);
    if (!(vcpu instanceof VmxVcpu)) return false;
    const { controls } = vcpu.vmcs;
    const others = count(32).filter((bit) => bit !== control && bit !== 21 && bitOf(controls.primary, bit) === 1);
    const primary = others.reduce((sum, bit) => sum + at(bit, 1), at(control, value));
    vcpu.vmcs.controls = { ...controls, primary };
    return exits(vcpu) === (value === 1);
  });
}

function asked(vcpu: VmxVcpu, name: 'cr3Read' | 'cr8Read'): boolean {
  return vcpu.execute({ name, operand: null }) !== null;
}

/** A trace says what a guest did, not at which privilege level it failed to. */
const PRECEDENCE: Finding = {
  what: 'a fault by privilege comes before the exit',
  target: '#GP or #UD',
  measured: 'none',
  tolerance: 'equal',
  verdict: 'not checkable',
  learned: 'instructions that fault by privilege are not in traces; INVPCID that is not enabled is checked above',
};

export const e6: Check = {
  id: 'E6',
  class: 'EXACT',
  title: 'What decides a VM exit under VT-x: truth tables',
  source: 'Intel SDM vol. 3C (326019-082), 25.6.3, 25.6.7, 26.1.3, 26.2 and 26.3',
  tag: 'P',
  workload: 'none: each rule over all that it looks at',
  findings: () => [...Object.entries(RULES).map(([what, cases]) => all(what, cases())), PRECEDENCE],
};
