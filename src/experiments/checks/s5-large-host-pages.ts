import { decimal } from '../../report/number-text.js';
import { generateEvents } from '../../trace/generate-events.js';
import { buildNative, buildNested, refsOf } from '../../verify/tables.js';
import { equal, holds, type Check, type Finding } from './check.js';
import { afterWarmUp, configOf, recorded, type Recorded } from './replay.js';

const VPN = 0x1_2345;
const MACHINES = ['amd-barcelona', 'intel-haswell', 'intel-cascadelake'];
/** 128 MiB: more than the TLBs of any of these reach with pages of 4 KiB. */
const PAGES = 2 ** 15;
const WARM_UP = 8 * PAGES;
const REFS = 14 * PAGES;

/** @param guest @param host levels of leaves: 1 is 4 KiB, 2 is 2 MiB, 3 is 1 GiB */
function nested(guest: number, host: number): number {
  return refsOf(buildNested('4level', guest, '4level', host, VPN).walker, VPN);
}

function native(level: number): number {
  return refsOf(buildNative('4level', level, VPN).walker, VPN);
}

function references(): Finding[] {
  return [
    equal('4K on 4K', 24, nested(1, 1)),
    equal('4K on 2M', 19, nested(1, 2)),
    equal('2M on 2M', 15, nested(2, 2)),
    equal('1G on 1G', 8, nested(3, 3)),
    saving('2M pages throughout', native(1) - native(2), nested(1, 1) - nested(2, 2)),
    saving('1G pages throughout', native(1) - native(3), nested(1, 1) - nested(3, 3)),
  ];
}

function saving(what: string, bare: number, virtual: number): Finding {
  return holds(
    `references of a walk that ${what} save`,
    'more under nested paging',
    `${virtual} nested, ${bare} native`,
    virtual > bare,
  );
}

/** Cycles of walks and TLB hits for each reference after warm-up. */
function cycles(
  trace: Recorded,
  machine: string,
  strategy: 'native' | 'nested',
  guestPages: string,
  hostPages: string,
): number {
  const { walking, refs } = afterWarmUp(trace, WARM_UP, strategy, configOf({ machine, guestPages, hostPages }));
  return walking / refs;
}

function inCycles(trace: Recorded, machine: string): Finding {
  const bare = cycles(trace, machine, 'native', '4k', '4k') - cycles(trace, machine, 'native', '2m', '4k');
  const small = cycles(trace, machine, 'nested', '4k', '4k');
  const [host, both] = [cycles(trace, machine, 'nested', '4k', '2m'), cycles(trace, machine, 'nested', '2m', '2m')];
  return holds(
    `cycles of translation for each reference of GUPS that 2M pages save, ${machine}`,
    'more under nested paging; some with host pages alone',
    `${decimal(small - both, 2)} nested, ${decimal(bare, 2)} native; ${decimal(small - host, 2)} with host pages alone`,
    small - both > bare && small > host,
  );
}

export const s5: Check = {
  id: 'S5',
  class: 'SHAPE',
  title: 'Large host pages help nested paging more than large pages help bare metal',
  source:
    'references: arithmetic of the levels; cycles: vMitosis artifact, ASPLOS 2021, GUPS gains 2.05 natively and 3.31 nested',
  tag: 'D',
  workload: 'tables that are built and walked; GUPS over 128 MiB after warm-up',
  findings: () => {
    const trace = recorded(generateEvents('gups', { refs: REFS, pages: PAGES }));
    return [...references(), ...MACHINES.map((machine) => inCycles(trace, machine))];
  },
};
