/** What the benchmark tries beside the plain machine: one change of it at a time, each on one stream under nested paging. */
import type { MachineInput } from '../config/machine-schema.js';
import { yardstick } from '../config/machines/yardstick.js';

type TlbArrays = {
  entries: number;
  ways: number;
  replacement?: 'tree-plru' | 'bit-plru' | 'fifo' | 'random' | 'mru3-plru4';
  index?: 'xor';
};

const withTlb = (tlb: Partial<MachineInput['tlb']>): MachineInput => ({
  ...yardstick,
  tlb: { ...yardstick.tlb, ...tlb },
});
const first = (array: TlbArrays): Partial<MachineInput['tlb']> => ({ l1d: { '4k': array, '2m': array } });
const second = (array: TlbArrays): Partial<MachineInput['tlb']> => ({ l2: { unified: { '4k': array, '2m': array } } });

const small = { entries: 64, ways: 4 };
const large = { entries: 1536, ways: 12 };
const walkCache = (organisation: 'uptc' | 'utc' | 'tpc'): MachineInput => ({
  ...yardstick,
  walkCache: { organisation, entries: 24, ways: 0, dimensions: '2d', cycles: 1 },
});
const splitWalkCache = (organisation: 'sptc' | 'stc'): MachineInput => ({
  ...yardstick,
  walkCache: {
    organisation,
    pml4e: { entries: 4, ways: 0 },
    pdpte: { entries: 4, ways: 0 },
    pde: { entries: 32, ways: 4 },
    dimensions: '2d',
    cycles: 1,
  },
});

export const ORGANISATIONS = {
  plain: yardstick,
  'fully associative': withTlb(first({ entries: 64, ways: 0 })),
  'tree-plru': withTlb({
    ...first({ ...small, replacement: 'tree-plru' }),
    ...second({ entries: 1536, ways: 8, replacement: 'tree-plru' }),
  }),
  'bit-plru': withTlb({
    ...first({ ...small, replacement: 'bit-plru' }),
    ...second({ ...large, replacement: 'bit-plru' }),
  }),
  fifo: withTlb({ ...first({ ...small, replacement: 'fifo' }), ...second({ ...large, replacement: 'fifo' }) }),
  random: withTlb({ ...first({ ...small, replacement: 'random' }), ...second({ ...large, replacement: 'random' }) }),
  'mru3-plru4, xor': withTlb(second({ ...large, replacement: 'mru3-plru4', index: 'xor' })),
  inclusive: withTlb({ inclusion: 'inclusive' }),
  exclusive: withTlb({ inclusion: 'exclusive' }),
  'loads and stores split': withTlb({ l1d: { load: { shared: small }, store: { shared: { entries: 16, ways: 0 } } } }),
  'two arrays of 4 KiB pages': withTlb({
    l2: { unified: { '4k+2m': { entries: 768, ways: 12 }, '4k+1g': { entries: 768, ways: 12 } } },
  }),
  uptc: walkCache('uptc'),
  sptc: splitWalkCache('sptc'),
  utc: walkCache('utc'),
  stc: splitWalkCache('stc'),
  tpc: walkCache('tpc'),
  'nested TLB': { ...yardstick, nestedTlb: { entries: 16, ways: 0, holds: 'tables', cycles: 1 } },
  'uptc and nested TLB': { ...walkCache('uptc'), nestedTlb: { entries: 16, ways: 0, holds: 'tables', cycles: 1 } },
  'table lines in data caches': { ...yardstick, pteCacheShare: 0.125 },
} as const satisfies Record<string, MachineInput>;

export type OrganisationName = keyof typeof ORGANISATIONS;
export const ORGANISATION_NAMES = Object.keys(ORGANISATIONS) as readonly OrganisationName[];
