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

/**
 * One TLB array. `ways: 0` means fully associative, as in AMD's and Intel's own tables. The set is the page number modulo the number
 * of sets (`modulo`), or the exclusive or of its two lowest groups of index bits (`xor`, as on Skylake: XOR-7 with 128 sets).
 */
export const tlbArraySchema = object({
  entries: count,
  ways: z.number().int().min(0).max(4096),
  replacement: z.enum(REPLACEMENTS).default('lru'),
  index: z.enum(['modulo', 'xor']).default('modulo'),
}).superRefine(({ entries, ways, replacement, index }, context) => {
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

/**
 * One TLB level for one kind of access: arrays by the page sizes that they hold; a size that stands nowhere, or at null, is not held.
 * `shared` holds every size. `2m` stands for the 4 MiB pages of 32-bit tables too. A size in two arrays is spread over them by the
 * lowest bit of its page number.
 */
export const tlbLevelSchema = object({
  '4k': optionalArray,
  '2m': optionalArray,
  '1g': optionalArray,
  '4k+2m': optionalArray,
  '4k+1g': optionalArray,
  '2m+1g': optionalArray,
  shared: optionalArray,
}).refine((level) => Object.entries(level).some(([sizes, array]) => array && /4k|shared/.test(sizes)), {
  error: 'expected an array that holds 4 KiB pages: 4k, 4k+2m, 4k+1g or shared',
});

/** A first-level data TLB: one for loads and stores, or one each (Intel from Ice Lake on). */
const dataLevelSchema = z.union([object({ load: tlbLevelSchema, store: tlbLevelSchema }), tlbLevelSchema], {
  error: 'expected the arrays of a level by page size, or an object of load and store',
});

/** A level-2 TLB: one for both kinds of access, or one each. */
const secondLevelSchema = either([
  object({ unified: tlbLevelSchema }),
  object({ instruction: tlbLevelSchema, data: tlbLevelSchema }),
]);

const cacheSchema = object({ kib: z.number().int().min(1).max(16_777_216), ways: count, cycles });

/** Size of an array of a walk cache or a nested TLB; replacement is LRU. */
const smallArray = { entries: z.number().int().min(1).max(4096), ways: z.number().int().min(0).max(4096) };
const smallArraySchema = object(smallArray).superRefine(checkWays);

/** `1d`: only entries of guest (natively: the only) tables are kept; `2d`: entries of nested tables too. Bhargava et al., ASPLOS 2008. */
const dimensions = z.enum(['1d', '2d']);

const unifiedWalkCacheSchema = object({
  organisation: z.enum(['uptc', 'utc', 'tpc']),
  ...smallArray,
  dimensions,
  /** Cycles of a look-up that hits. */
  cycles,
}).superRefine(checkWays);

const splitWalkCacheSchema = object({
  organisation: z.enum(['sptc', 'stc']),
  /** By the level of the entry that is kept; null: none of that level. */
  pml5e: smallArraySchema.nullable().default(null),
  pml4e: smallArraySchema.nullable().default(null),
  pdpte: smallArraySchema.nullable().default(null),
  pde: smallArraySchema.nullable().default(null),
  dimensions,
  cycles,
}).refine(({ pml5e, pml4e, pdpte, pde }) => [pml5e, pml4e, pdpte, pde].some((level) => level !== null), {
  error: 'expected a walk cache with at least one level: pml5e, pml4e, pdpte or pde',
});

/**
 * A page-walk cache: one of the five organisations of Barr, Cox and Rixner, ISCA 2010. Page-table caches (`uptc` unified, `sptc` split)
 * are tagged by an entry's physical address; translation caches (`utc`, `stc`, `tpc`) by parts of the virtual address.
 */
const walkCacheSchema = z.discriminatedUnion('organisation', [unifiedWalkCacheSchema, splitWalkCacheSchema]);

/** Keeps guest-physical to system-physical translations: of the guest's tables, or of data as well. */
const nestedTlbSchema = object({
  ...smallArray,
  holds: z.enum(['tables', 'all']),
  cycles,
}).superRefine(checkWays);

/** What a processor's paging can do, and where vendors differ. */
const pagingSchema = object({
  /** Width of physical addresses (CPUID MAXPHYADDR). */
  maxPhyAddr: z.number().int().min(36).max(52).default(48),
  /** CR4.LA57: 5-level tables, native and nested. */
  fiveLevel: z.boolean().default(false),
  /** CPUID: pages of 1 GiB. */
  page1g: z.boolean().default(true),
  /** CPUID: process-context identifiers. */
  pcid: z.boolean().default(true),
  /** AMD reserves bit 8 of PML4E and PML5E; Intel ignores it (Linux commit 5ecad245de2a). */
  pml4eBit8Reserved: z.boolean().default(false),
  /** When accessed bits are set: by walks that complete, or in each entry on the way down, also of a walk that then faults. */
  accessedBits: z.enum(['completed-walks', 'every-entry']).default('completed-walks'),
});

/** Hardware that walks a second dimension of tables. */
const nestedSchema = object({
  kind: z.enum(['npt', 'ept']),
  /** Accessed and dirty bits in nested tables: always under NPT, EPTP bit 6 under EPT. */
  accessedDirty: z.boolean(),
  /** EPT entries that allow fetches and nothing else. */
  executeOnly: z.boolean(),
  /** EPT rights to execute by privilege (MBE). */
  modeBasedExecute: z.boolean(),
  /** Where a PAE guest's PDPTEs are: loaded into registers with CR3 (EPT), or read in each walk (NPT). */
  pdptes: z.enum(['registers', 'walk']),
}).refine(({ kind, accessedDirty }) => kind === 'ept' || accessedDirty, {
  error: 'nested tables of kind npt always have accessed and dirty bits',
});

/** What a processor's virtualization can do besides nested paging. */
const virtualizationSchema = object({
  /** The first VT-x parts: primary controls 15 and 16 are always 1, so each access to CR3 exits (SDM vol. 3D, A.3.2). */
  cr3ExitsForced: z.boolean().default(false),
  /** The task priority in CR8 without exits: TPR shadow (VT-x), V_TPR (AMD-V). */
  tprShadow: z.boolean().default(true),
  /** VT-x: a page that stands for the local APIC's (FlexPriority). */
  apicAccessPage: z.boolean().default(true),
  /** AMD-V: VMRUN heeds the clean bits of the VMCB. */
  vmcbClean: z.boolean().default(true),
  /** AMD-V, for a hypervisor in a virtual machine: STGI and CLGI, VMLOAD and VMSAVE without exits (CPUID 8000_000Ah EDX 16 and 15; Zen). */
  virtualGif: z.boolean().default(true),
  virtualVmload: z.boolean().default(true),
  /** VT-x, for a hypervisor in a virtual machine: VMREAD and VMWRITE of a shadow VMCS without exits (SDM vol. 3C, 25.10; Haswell). */
  vmcsShadowing: z.boolean().default(true),
});

/** A processor: what holds translations, and what reaching each part of memory takes. */
export const machineSchema = object({
  name: z.string().min(1),
  vendor: z.enum(['amd', 'intel']),
  title: z.string(),
  year: z.number().int(),
  /** Where each group of numbers comes from. */
  source: z.string(),
  /** What is not known of this part and was borrowed or assumed. */
  doubts: z.array(z.string()).default([]),
  paging: pagingSchema.prefault({}),
  /** null: the processor has no nested paging. */
  nested: nestedSchema.nullable().default({
    kind: 'npt',
    accessedDirty: true,
    executeOnly: false,
    modeBasedExecute: false,
    pdptes: 'walk',
  }),
  virtualization: virtualizationSchema.prefault({}),
  /** Translations carry an ASID or VPID; without a tag every world switch empties the TLB. */
  taggedTlb: z.boolean(),
  /** ASIDs or VPIDs that there are, the host's own among them. */
  asids: z.number().int().min(2).max(65_536).default(65_536),
  /** The VMM can empty one tag (FlushByAsid, INVVPID); else it gives the guest a new one, and empties all when none is left. */
  flushByAsid: z.boolean().default(true),
  tlb: object({
    l1i: tlbLevelSchema,
    l1d: dataLevelSchema,
    l2: secondLevelSchema.nullable(),
    /** Whether the second level holds what the first holds: maybe, always, never. */
    inclusion: z.enum(['non-inclusive', 'inclusive', 'exclusive']).default('non-inclusive'),
    /** AMD: a 4 MiB page of 32-bit tables is held as entries of 2 MiB. */
    split4m: z.boolean().default(false),
    l2HitCycles: cycles,
  }).refine(({ l1d, inclusion }) => !('load' in l1d) || inclusion !== 'exclusive', {
    error: 'an exclusive second level below split loads and stores is not modelled',
  }),
  walkCache: walkCacheSchema.nullable().default(null),
  nestedTlb: nestedTlbSchema.nullable().default(null),
  caches: object({ l1d: cacheSchema, l2: cacheSchema, l3: cacheSchema.nullable(), memoryCycles: cycles }),
  /** Table lines compete with data that a page-grained trace does not show: the share of each cache they are given. */
  pteCacheShare: z.number().min(0).max(1),
  /** The exit prices that belong to this processor's generation: a name from `vmmu list costs`. */
  costs: z.string(),
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
