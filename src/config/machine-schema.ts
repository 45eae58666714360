/** What describes a processor: the structures that hold translations, its paging, its caches. Every value is plain JSON. */
import { z } from 'zod';
import { checkWays, either, object } from './shapes.js';

function isPowerOfTwo(value: number): boolean {
  return (value & (value - 1)) === 0;
}

/** Slots are indexed with 15 bits. */
const count = z.number().int().min(1).max(32_767);
export const cycles = z.number().min(0).max(1_000_000_000);

/** Who makes room in a full set: src/mmu/tlb/replacement. */
const REPLACEMENTS = ['lru', 'tree-plru', 'bit-plru', 'fifo', 'random', 'mru3-plru4'] as const;

export const tlbArraySchema = object({
  entries: count.describe('Translations that it holds'),
  ways: z.number().int().min(0).max(4096).describe("0: fully associative, as in AMD's and Intel's own tables"),
  replacement: z.enum(REPLACEMENTS).default('lru').describe('Who makes room in a full set'),
  index: z
    .enum(['modulo', 'xor'])
    .default('modulo')
    .describe(
      'The set: the page number modulo the number of sets, or the exclusive or of its two lowest groups of index bits (Skylake: XOR-7 with 128 sets)',
    ),
})
  .meta({ id: 'TlbArray', description: 'One array of a TLB' })
  .superRefine(({ entries, ways, replacement, index }, context) => {
    const add = (message: string): void => context.addIssue({ code: 'custom', message });
    if (ways > 0 && entries % ways !== 0) return add(`${entries} entries cannot be divided by ${ways} ways`);
    const width = ways === 0 ? entries : ways;
    const sets = entries / width;
    if (replacement === 'tree-plru' && !isPowerOfTwo(width))
      add(`tree-plru needs a power of two of ways, found ${width}`);
    if (replacement === 'bit-plru' && width > 32) add(`bit-plru needs at most 32 ways, found ${width}`);
    if (replacement === 'mru3-plru4' && width !== 12) add(`mru3-plru4 needs 12 ways, found ${width}`);
    if (index === 'xor' && !isPowerOfTwo(sets)) add(`index xor needs a power of two of sets, found ${sets}`);
  });

const optionalArray = tlbArraySchema.nullable().optional();

export const tlbLevelSchema = object({
  '4k': optionalArray,
  '2m': optionalArray,
  '1g': optionalArray,
  '4k+2m': optionalArray,
  '4k+1g': optionalArray,
  '2m+1g': optionalArray,
  shared: optionalArray,
})
  .refine((level) => Object.entries(level).some(([sizes, array]) => array && /4k|shared/.test(sizes)), {
    error: 'expected an array that holds 4 KiB pages: 4k, 4k+2m, 4k+1g or shared',
  })
  .meta({
    id: 'TlbLevel',
    description:
      'One TLB level for one kind of access: arrays by the page sizes that they hold; a size that stands nowhere, or at null, is not held. `shared` holds every size. `2m` stands for the 4 MiB pages of 32-bit tables too. A size in two arrays is spread over them by the lowest bit of its page number',
  });

const dataLevelSchema = z.union([object({ load: tlbLevelSchema, store: tlbLevelSchema }), tlbLevelSchema], {
  error: 'expected the arrays of a level by page size, or an object of load and store',
});

const secondLevelSchema = either([
  object({ unified: tlbLevelSchema }),
  object({ instruction: tlbLevelSchema, data: tlbLevelSchema }),
]);

const cacheSchema = object({
  kib: z.number().int().min(1).max(16_777_216).describe('Size in KiB'),
  ways: count.describe('Lines of a set'),
  cycles: cycles.describe('From a load to its value where this cache has the line'),
}).meta({ id: 'Cache', description: 'A data cache, which also holds lines of page tables' });

const smallArray = {
  entries: z.number().int().min(1).max(4096).describe('Entries that it holds'),
  ways: z.number().int().min(0).max(4096).describe('0: fully associative'),
};
const smallArraySchema = object(smallArray)
  .superRefine(checkWays)
  .meta({ id: 'SmallArray', description: 'Size of an array of a walk cache; replacement is LRU' });

const dimensions = z
  .enum(['1d', '2d'])
  .describe(
    '`1d`: only entries of guest (natively: the only) tables are kept; `2d`: entries of nested tables too (Bhargava et al., ASPLOS 2008)',
  );
const hitCycles = cycles.describe('Cycles of a look-up that hits');

const unifiedWalkCacheSchema = object({
  organisation: z
    .enum(['uptc', 'utc', 'tpc'])
    .describe('Unified page-table cache, unified translation cache, translation-path cache'),
  ...smallArray,
  dimensions,
  cycles: hitCycles,
}).superRefine(checkWays);

const splitWalkCacheSchema = object({
  organisation: z.enum(['sptc', 'stc']).describe('Split page-table cache, split translation cache'),
  pml5e: smallArraySchema.nullable().default(null).describe('For entries of level 5; null: none'),
  pml4e: smallArraySchema.nullable().default(null).describe('For entries of level 4; null: none'),
  pdpte: smallArraySchema.nullable().default(null).describe('For entries of level 3; null: none'),
  pde: smallArraySchema.nullable().default(null).describe('For entries of level 2; null: none'),
  dimensions,
  cycles: hitCycles,
}).refine(({ pml5e, pml4e, pdpte, pde }) => [pml5e, pml4e, pdpte, pde].some((level) => level !== null), {
  error: 'expected a walk cache with at least one level: pml5e, pml4e, pdpte or pde',
});

const walkCacheSchema = z
  .discriminatedUnion('organisation', [unifiedWalkCacheSchema, splitWalkCacheSchema])
  .describe(
    "A page-walk cache: one of the five organisations of Barr, Cox and Rixner, ISCA 2010. Page-table caches (`uptc` unified, `sptc` split) are tagged by an entry's physical address; translation caches (`utc`, `stc`, `tpc`) by parts of the virtual address",
  );

const nestedTlbSchema = object({
  ...smallArray,
  holds: z.enum(['tables', 'all']).describe("Translations of frames of the guest's tables, or of data as well"),
  cycles: hitCycles,
})
  .superRefine(checkWays)
  .describe('Keeps guest-physical to system-physical translations; replacement is LRU');

const pagingSchema = object({
  maxPhyAddr: z.number().int().min(36).max(52).default(48).describe('Width of physical addresses (CPUID MAXPHYADDR)'),
  fiveLevel: z.boolean().default(false).describe('CR4.LA57: 5-level tables, native and nested'),
  page1g: z.boolean().default(true).describe('CPUID: pages of 1 GiB'),
  pcid: z.boolean().default(true).describe('CPUID: process-context identifiers'),
  pml4eBit8Reserved: z
    .boolean()
    .default(false)
    .describe('AMD reserves bit 8 of PML4E and PML5E; Intel ignores it (Linux commit 5ecad245de2a)'),
  accessedBits: z
    .enum(['completed-walks', 'every-entry'])
    .default('completed-walks')
    .describe(
      'When accessed bits are set: by walks that complete, or in each entry on the way down, also of a walk that then faults',
    ),
}).describe("What the processor's paging can do, and where vendors differ");

const nestedSchema = object({
  kind: z.enum(['npt', 'ept']).describe('Nested page tables of AMD-V, extended page tables of VT-x'),
  accessedDirty: z
    .boolean()
    .describe('Accessed and dirty bits in nested tables: always under NPT, EPTP bit 6 under EPT'),
  executeOnly: z.boolean().describe('EPT entries that allow fetches and nothing else'),
  modeBasedExecute: z.boolean().describe('EPT rights to execute by privilege (MBE)'),
  pdptes: z
    .enum(['registers', 'walk'])
    .describe("Where a PAE guest's PDPTEs are: loaded into registers with CR3 (EPT), or read in each walk (NPT)"),
})
  .refine(({ kind, accessedDirty }) => kind === 'ept' || accessedDirty, {
    error: 'nested tables of kind npt always have accessed and dirty bits',
  })
  .describe('Hardware that walks a second dimension of tables');

const virtualizationSchema = object({
  cr3ExitsForced: z
    .boolean()
    .default(false)
    .describe(
      'The first VT-x parts: primary controls 15 and 16 are always 1, so each access to CR3 exits (SDM vol. 3D, A.3.2)',
    ),
  tprShadow: z
    .boolean()
    .default(true)
    .describe('The task priority in CR8 without exits: TPR shadow (VT-x), V_TPR (AMD-V)'),
  apicAccessPage: z.boolean().default(true).describe("VT-x: a page that stands for the local APIC's (FlexPriority)"),
  vmcbClean: z.boolean().default(true).describe('AMD-V: VMRUN heeds the clean bits of the VMCB'),
  virtualGif: z
    .boolean()
    .default(true)
    .describe(
      'AMD-V, for a hypervisor in a virtual machine: STGI and CLGI without exits (CPUID 8000_000Ah EDX 16; Zen)',
    ),
  virtualVmload: z
    .boolean()
    .default(true)
    .describe(
      'AMD-V, for a hypervisor in a virtual machine: VMLOAD and VMSAVE without exits (CPUID 8000_000Ah EDX 15; Zen)',
    ),
  vmcsShadowing: z
    .boolean()
    .default(true)
    .describe(
      'VT-x, for a hypervisor in a virtual machine: VMREAD and VMWRITE of a shadow VMCS without exits (SDM vol. 3C, 25.10; Haswell)',
    ),
}).describe("What the processor's virtualization can do besides nested paging");

/** A processor: what holds translations, and what reaching each part of memory takes. */
export const machineSchema = object({
  name: z.string().min(1).describe('How rows of results name it'),
  vendor: z.enum(['amd', 'intel']).describe('Decides where the two architectures differ'),
  title: z.string().describe('Its name in words'),
  year: z.number().int().describe('In which it came out'),
  source: z.string().describe('Where each group of numbers comes from'),
  doubts: z.array(z.string()).default([]).describe('What is not known of this part and was borrowed or assumed'),
  paging: pagingSchema.prefault({}),
  nested: nestedSchema
    .nullable()
    .default({
      kind: 'npt',
      accessedDirty: true,
      executeOnly: false,
      modeBasedExecute: false,
      pdptes: 'walk',
    })
    .describe('null: the processor has no nested paging'),
  virtualization: virtualizationSchema.prefault({}),
  taggedTlb: z
    .boolean()
    .describe('Translations carry an ASID or VPID; without a tag every world switch empties the TLB'),
  asids: z
    .number()
    .int()
    .min(2)
    .max(65_536)
    .default(65_536)
    .describe("ASIDs or VPIDs that there are, the host's own among them"),
  flushByAsid: z
    .boolean()
    .default(true)
    .describe(
      'The VMM can empty one tag (FlushByAsid, INVVPID); else it gives the guest a new one, and empties all when none is left',
    ),
  tlb: object({
    l1i: tlbLevelSchema.describe('First level, fetches'),
    l1d: dataLevelSchema.describe('First level, loads and stores: one for both, or one each (Intel from Ice Lake on)'),
    l2: secondLevelSchema.nullable().describe('Second level: one for fetches and data, or one each; null: none'),
    inclusion: z
      .enum(['non-inclusive', 'inclusive', 'exclusive'])
      .default('non-inclusive')
      .describe('Whether the second level holds what the first holds: maybe, always, never'),
    split4m: z.boolean().default(false).describe('AMD: a 4 MiB page of 32-bit tables is held as entries of 2 MiB'),
    l2HitCycles: cycles.describe('What a hit in the second level costs'),
  }).refine(({ l1d, inclusion }) => !('load' in l1d) || inclusion !== 'exclusive', {
    error: 'an exclusive second level below split loads and stores is not modelled',
  }),
  walkCache: walkCacheSchema.nullable().default(null).describe('Page-walk cache; null: none'),
  nestedTlb: nestedTlbSchema.nullable().default(null).describe('Nested TLB; null: none'),
  caches: object({
    l1d: cacheSchema,
    l2: cacheSchema,
    l3: cacheSchema.nullable(),
    memoryCycles: cycles.describe('From a load to its value where no cache has the line'),
  }).describe('Latencies of loads, and so prices of table references'),
  pteCacheShare: z
    .number()
    .min(0)
    .max(1)
    .describe(
      'Table lines compete with data that a page-grained trace does not show: the share of each cache they are given',
    ),
  costs: z
    .string()
    .describe("The exit prices that belong to this processor's generation: a name from `vmmu list costs`"),
});

export type TlbArrayConfig = z.infer<typeof tlbArraySchema>;
export type TlbLevelConfig = z.infer<typeof tlbLevelSchema>;
export type TlbSizes = keyof TlbLevelConfig;
export type DataLevelConfig = z.infer<typeof dataLevelSchema>;
export type WalkCacheConfig = z.infer<typeof walkCacheSchema>;
export type NestedTlbConfig = z.infer<typeof nestedTlbSchema>;
/** A processor as it is simulated: TLBs, walk caches, nested TLB, data caches, latencies in cycles. `vmmu schema machine` prints its shape. */
export type Machine = z.infer<typeof machineSchema>;
/** As a file of machines writes it: what has a default may be left out. */
export type MachineInput = z.input<typeof machineSchema>;
