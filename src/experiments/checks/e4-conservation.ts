import { ORGANISATIONS } from '../../bench/organisations.js';
import { COSTS } from '../../config/costs/index.js';
import type { MachineInput } from '../../config/machine-schema.js';
import { MACHINES } from '../../config/machines/index.js';
import { runSchema } from '../../config/schema.js';
import { definitionOf, type StrategyName } from '../../paging/index.js';
import { runCell } from '../../run/cell.js';
import { generateTrace } from '../../trace/generate.js';
import { all, type Check, type Finding } from './check.js';

/** Reads of pages drawn at random, in 4 KiB. */
interface Reads {
  readonly refs: number;
  readonly pages: number;
}

const OF_4K: Reads = { refs: 1000, pages: 256 };
const OF_2M: Reads = { refs: 1000, pages: 64 * 512 };
/** More than a second level holds. */
const MANY: Reads = { refs: 4000, pages: 2048 };
/** With a model of the caches that serve table references, each one that is made is counted as it is made. */
const PTE_SHARE = 0.125;
/** Few entries, so that pages are walked for again and again. */
const SMALL_TLB: MachineInput['tlb'] = {
  l1i: { shared: { entries: 4, ways: 0 } },
  l1d: { shared: { entries: 8, ways: 0 } },
  l2: null,
  l2HitCycles: 7,
};

interface Geometry {
  readonly strategy: StrategyName;
  readonly guest: { readonly pages: '4k' | '2m'; readonly mode?: '5level' };
  readonly host: { readonly pages: '4k' | '2m'; readonly mode?: '5level' };
  readonly refs: number;
  readonly among?: readonly MachineInput[];
}

const [small, large] = [{ pages: '4k' }, { pages: '2m' }] as const;
const five = { pages: '4k', mode: '5level' } as const;
const all5 = Object.values<MachineInput>(MACHINES).filter(({ paging }) => paging?.fiveLevel === true);

const GEOMETRIES: readonly Geometry[] = [
  { strategy: 'native', guest: small, host: small, refs: 4 },
  { strategy: 'shadow', guest: small, host: small, refs: 4 },
  { strategy: 'nested', guest: small, host: small, refs: 24 },
  { strategy: 'nested', guest: large, host: small, refs: 19 },
  { strategy: 'nested', guest: small, host: large, refs: 19 },
  { strategy: 'nested', guest: large, host: large, refs: 15 },
  { strategy: 'nested', guest: five, host: five, refs: 35, among: all5.filter(({ nested }) => nested?.kind === 'npt') },
  {
    strategy: 'nested',
    guest: five,
    host: small,
    refs: 29,
    among: all5.filter(({ nested }) => nested?.kind === 'ept'),
  },
];

/** Whether what walks read and what caches saved them is what they need, and walk caches did save something; null: no such paging here. */
function isConserved(machine: MachineInput, { strategy, guest, host, refs }: Geometry, reads: Reads): boolean | null {
  const config = runSchema.parse({
    machine: { ...machine, pteCacheShare: PTE_SHARE },
    costs: COSTS['epyc-2020'],
    guest,
    host,
  });
  if (definitionOf(strategy).excluded(config) !== null) return null;
  const trace = generateTrace('uniform', reads);
  const { characteristics } = trace.header;
  const { counters } = runCell({ strategy, characteristics, config }, trace.pages, trace.batches());
  const { walks, walkRefs, walkCacheSkippedRefs, nestedTlbSkippedRefs } = counters;
  const saves = config.machine.walkCache === null || walkCacheSkippedRefs > 0;
  return walks > 0 && saves && walkRefs + walkCacheSkippedRefs + nestedTlbSkippedRefs === refs * walks;
}

function conserved(whose: string, machines: readonly MachineInput[], geometry: Geometry, reads: Reads): Finding {
  const { strategy, guest, host, refs } = geometry;
  const [of, on] = [guest, host].map(({ pages, mode }) => `${pages}${mode === undefined ? '' : `, ${mode}`}`);
  const cases = machines.map((machine) => isConserved(machine, geometry, reads)).filter((kept) => kept !== null);
  return all(`${whose}, ${strategy}, ${of} on ${on}: read and saved are ${refs} a walk`, cases);
}

export const e4: Check = {
  id: 'E4',
  class: 'EXACT',
  title: 'References that are made, and those that walk caches and the nested TLB save, are those of the tables',
  source: 'conservation: issued + skipped = references of the geometry x walks; g n + g + n',
  tag: 'D',
  workload:
    'uniform reads: 1000 of 256 pages, or of 64 of 2 MiB, on every machine, its walk caches behind a TLB of 8 entries; 4000 of 2048 pages on every organisation of TLBs and walk caches',
  findings: () => [
    ...GEOMETRIES.map((geometry) => {
      const machines = (geometry.among ?? Object.values(MACHINES)).map((machine) => ({ ...machine, tlb: SMALL_TLB }));
      return conserved('machines', machines, geometry, geometry.guest === large ? OF_2M : OF_4K);
    }),
    conserved('organisations', Object.values(ORGANISATIONS), GEOMETRIES[2]!, MANY),
  ],
};
