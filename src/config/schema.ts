/** What can be configured: types, defaults, units and the messages for bad values. Every value is plain JSON. */
import { z } from 'zod';
import { unknownName } from './names.js';

/** An object of these keys and no others. */
function object<T extends z.core.$ZodLooseShape>(shape: T) {
  const keys = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? unknownName('key', issue.keys[0]!, keys) : undefined),
  });
}

/** An object of one of several sets of keys. */
function either<const T extends readonly z.ZodObject[]>(options: T) {
  const keys = options.map((option) => Object.keys(option.shape).join(' and '));
  return z.union(options, { error: `expected an object of ${keys.join(', or of ')}` });
}

/** Slots are indexed with 15 bits. */
const count = z.number().int().min(1).max(32_767);
const cycles = z.number().min(0).max(1_000_000_000);

/** One TLB array. `ways: 0` means fully associative, as in AMD's and Intel's own tables. */
export const tlbArraySchema = object({ entries: count, ways: z.number().int().min(0).max(4096) }).superRefine(
  (tlb, context) => {
    if (tlb.ways > 0 && tlb.entries % tlb.ways !== 0)
      context.addIssue({ code: 'custom', message: `${tlb.entries} entries cannot be divided by ${tlb.ways} ways` });
  },
);

/**
 * One TLB level for one kind of access. `4k` and `2m` are separate arrays; `shared` is one array for every page size.
 * `2m: null` means that 2 MiB translations are not held at this level.
 */
export const tlbLevelSchema = either([
  object({ shared: tlbArraySchema }),
  object({ '4k': tlbArraySchema, '2m': tlbArraySchema.nullable() }),
]);

/** A level-2 TLB: one for both kinds of access, or one each. */
const secondLevelSchema = either([
  object({ unified: tlbLevelSchema }),
  object({ instruction: tlbLevelSchema, data: tlbLevelSchema }),
]);

const cacheSchema = object({ kib: z.number().int().min(1).max(16_777_216), ways: count, cycles });

/** A processor: what holds translations, and what reaching each part of memory takes. */
export const machineSchema = object({
  name: z.string().min(1),
  vendor: z.enum(['amd', 'intel']),
  title: z.string(),
  year: z.number().int(),
  /** Where each group of numbers comes from. */
  source: z.string(),
  /** Translations carry an ASID or VPID; without a tag every VM exit empties the TLB. */
  taggedTlb: z.boolean(),
  tlb: object({
    l1i: tlbLevelSchema,
    l1d: tlbLevelSchema,
    l2: secondLevelSchema.nullable(),
    l2HitCycles: cycles,
  }),
  caches: object({ l1d: cacheSchema, l2: cacheSchema, l3: cacheSchema.nullable(), memoryCycles: cycles }),
  /** Table lines compete with data that a page-grained trace does not show: the share of each cache they are given. */
  pteCacheShare: z.number().min(0).max(1),
  /** The exit prices that belong to this processor's generation: a name from `vmmu list costs`. */
  costs: z.string(),
});

/** Prices of VMM work, in cycles. Prices of table references are the machine's cache latencies. */
export const costsSchema = object({
  name: z.string().min(1),
  source: z.string(),
  /** Hardware round trip guest → VMM → guest. */
  exitHardwareCycles: cycles,
  /** Software in the VMM around and for one exit; causes that need more or less have a price of their own. */
  exitSoftwareCycles: cycles,
});

/** The guest and its memory. */
export const guestSchema = object({
  /** `4k`; `2m` wherever an aligned 2 MiB lies in one mapping; `thp` the same, for private anonymous memory only. */
  pages: z.enum(['4k', '2m', 'thp']).default('4k'),
  frames: z.enum(['sequential', 'scattered']).default('sequential'),
  memoryMib: z.number().int().min(16).max(1_048_576).default(16_384),
  /** Pages mapped around a read fault in a file mapping; Linux's `fault_around_bytes` is 64 KiB. */
  faultAroundPages: z.literal([1, 2, 4, 8, 16, 32, 64]).default(16),
  /** Linux on x86 makes entries with the accessed bit set, and with the dirty bit for a write; false leaves both to the walker. */
  presetAccessedDirty: z.boolean().default(true),
});

export const hostSchema = object({
  pages: z.enum(['4k', '2m']).default('4k'),
  frames: z.enum(['sequential', 'scattered']).default('sequential'),
});

export const runSchema = object({
  machine: machineSchema,
  costs: costsSchema,
  guest: guestSchema.prefault({}),
  host: hostSchema.prefault({}),
  seed: z.number().int().min(0).max(4_294_967_295).default(1),
});

export type TlbArrayConfig = z.infer<typeof tlbArraySchema>;
export type TlbLevelConfig = z.infer<typeof tlbLevelSchema>;
export type Machine = z.infer<typeof machineSchema>;
export type Costs = z.infer<typeof costsSchema>;
export type GuestConfig = z.infer<typeof guestSchema>;
export type RunConfig = z.infer<typeof runSchema>;
