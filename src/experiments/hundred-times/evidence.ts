/** Readings of "about 100 times too slow": what was published, and what comes out here. The sentence has no unit, so each reading stands alone. */
import { firstKvmVmx } from '../../vmm/hypervisors/first-kvm-vmx.js';
import { exitsBelow, stepsOf, type Hypervisor } from '../../vmm/hypervisors/hypervisor.js';
import { belowVmx, kvmVmx } from '../../vmm/hypervisors/kvm-vmx.js';
import type { PriceRow } from './price-table.js';
import { rowOf } from './price-table.js';
import type { OperationName } from './operations.js';
import type { WayName } from './ways.js';

interface Claim {
  readonly id: string;
  readonly reading: string;
  readonly source: string;
  readonly published: string;
  /** null: there is none to be judged by. */
  readonly band: readonly [number, number] | null;
}

export interface Reading extends Claim {
  readonly computed: number | null;
  /** `calibration`: a price was fitted to this very row. */
  readonly verdict: 'passed' | 'failed' | 'calibration' | 'not modelled' | 'shown';
}

interface Question extends Claim {
  readonly kind?: 'calibration' | 'not modelled';
  readonly compute: ((rows: readonly PriceRow[]) => number | null) | null;
}

const CASCADE_LAKE = 'intel-cascadelake';
const PRESCOTT = 'intel-prescott';
const PVM = 'PVM, SOSP 2023';
const PVM_EXITS = `${PVM}, section 2; which KVM and which exits were counted is not said`;
const BOOT = 'boot of Ubuntu 20.04 with ept=0 and ept=1, repository nicolashanout/linux, c212db19';

const ratio =
  (operation: OperationName, over: WayName, under: WayName, machine: string) =>
  (rows: readonly PriceRow[]): number | null => {
    const [above, below] = [over, under].map((way) => rowOf(rows, operation, way, machine).multiple);
    return above == null || below == null ? null : above / below;
  };

/** Exits to L0 for a store of L2 to a page table that L1 shadows, its own among them. */
const exitsOfStore = (kvm: Hypervisor): number =>
  1 + exitsBelow(stepsOf(kvm, 'tableWrite'), belowVmx({ shadowing: false, enlightened: false })).length;

const QUESTIONS: readonly Question[] = [
  {
    id: 'B7',
    reading: 'fork under shadow paging over fork under nested paging, one container',
    source: `${PVM}, table 3: 504.67 us over 82.13 us`,
    published: '6.14',
    band: [4, 8],
    compute: ratio('fork', 'shadow', 'nested', CASCADE_LAKE),
  },
  {
    id: 'B8',
    reading: 'fork and wait under a first VMM on VT-x over bare metal',
    source: 'Adams & Agesen, ASPLOS 2006: 106.4 s over 6.0 s',
    published: '17.7',
    band: [10, 25],
    compute: ratio('fork', 'write-protect', 'native', PRESCOTT),
  },
  {
    id: 'B9a',
    reading: 'first touch of a file page, shadow over nested',
    source: `${PVM}, table 4: 0.93 us over 0.15 us`,
    published: '6.2',
    band: [4, 9],
    compute: ratio('touch', 'shadow', 'nested', CASCADE_LAKE),
  },
  {
    id: 'B9b',
    reading: 'protection fault, shadow over nested',
    source: `${PVM}, table 4: 3.17 us over 0.66 us`,
    published: '4.8',
    band: [4, 9],
    compute: ratio('protectionFault', 'shadow', 'nested', CASCADE_LAKE),
  },
  {
    id: 'B10',
    reading: 'system call with page-table isolation, shadow over nested',
    source: `${PVM}, table 2: 2.09 us over 0.22 us; the price of an exit is fitted to this row`,
    published: '9.5',
    band: [6, 13],
    kind: 'calibration',
    compute: ratio('isolatedSystemCall', 'shadow', 'nested', CASCADE_LAKE),
  },
  {
    id: 'B10',
    reading: 'the same without page-table isolation',
    source: `${PVM}, table 2: 0.06 us both`,
    published: '1.0',
    band: [1, 1],
    compute: ratio('systemCall', 'shadow', 'nested', CASCADE_LAKE),
  },
  {
    id: 'exit',
    reading: 'one exit over one privileged register write on bare metal, Prescott',
    source: 'Agesen et al., USENIX ATC 2012: 3963 cycles; over 40 cycles, which are from memory',
    published: '99',
    band: null,
    compute: (rows) => {
      const { native } = rowOf(rows, 'registerWrite', 'native', PRESCOTT);
      return native === null ? null : 3963 / native.cycles;
    },
  },
  {
    id: 'boot',
    reading: 'exits of a boot for memory, shadow over nested paging',
    source: BOOT,
    published: '112 (all exits: 25)',
    band: null,
    compute: null,
  },
  {
    id: 'containers',
    reading: 'fork in 32 containers at once, shadow over nested paging',
    source: `${PVM}, table 3: 32,000 us over 513.5 us. KVM holds one lock for all shadow tables; no lock is modelled`,
    published: '62',
    band: null,
    kind: 'not modelled',
    compute: null,
  },
  {
    id: 'stacked',
    reading: 'fork under shadow on nested paging over bare metal',
    source: `${PVM}: "up to two orders of magnitude" for memory-intensive work`,
    published: 'up to 100',
    band: null,
    compute: ratio('fork', 'shadow-on-nested', 'native', CASCADE_LAKE),
  },
  {
    id: 'stacked',
    reading: 'the same, nested on nested paging',
    source: `${PVM}, table 3: 113 us over 82.13 us under one level of nested paging`,
    published: '1.4',
    band: null,
    compute: ratio('fork', 'nested-on-nested', 'native', CASCADE_LAKE),
  },
  {
    id: 'exits-first',
    reading: 'exits for one of L2 without VMCS shadowing: a store to a page table, the first KVM (Linux 2.6.20)',
    source: PVM_EXITS,
    published: '40 to 50',
    band: [40, 50],
    compute: () => exitsOfStore(firstKvmVmx),
  },
  {
    id: 'exits-4.19',
    reading: 'the same, KVM of Linux 4.19',
    source: PVM_EXITS,
    published: '40 to 50',
    band: [40, 50],
    compute: () => exitsOfStore(kvmVmx),
  },
  {
    id: 'own kernel',
    reading: 'system call of a kernel that runs its processes in the mode, over bare metal, Prescott',
    source: 'the passage itself: an operating system that used the new mode in its own kernel',
    published: 'about 100',
    band: null,
    compute: ratio('systemCall', 'own kernel', 'native', PRESCOTT),
  },
];

export function evidence(rows: readonly PriceRow[]): Reading[] {
  return QUESTIONS.map(({ compute, kind, ...question }) => {
    const computed = compute?.(rows) ?? null;
    const { band } = question;
    const inside = computed !== null && band !== null && computed >= band[0] && computed <= band[1];
    return { ...question, computed, verdict: kind ?? (band === null ? 'shown' : inside ? 'passed' : 'failed') };
  });
}
