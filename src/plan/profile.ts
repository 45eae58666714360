/**
 * What a virtual machine does in a second: where planning starts from. From measurements (measured/), from a trace (replayed.ts), or
 * written by hand. What a profile leaves out is not known, and stands for a range (unknowns.ts).
 */
import { z } from 'zod';
import { object } from '../config/shapes.js';
import { validate } from '../config/validate.js';
import { parseYaml } from '../config/yaml-file.js';
import { EXIT_CAUSES, type ExitCause } from '../vmm/exits.js';
import { GUEST_PAGES, HOST_PAGES } from './page-sizes.js';
import { rangeSchema } from './range.js';

/** No processor does anything more often in a second: all threads of a large host, a thing each cycle. */
const MOST_PER_SECOND = 1e13;
/** What the kind of paging decides: reckoned from what the guest does to its tables. */
const OF_TRANSLATION: readonly string[] = [
  ...(['hiddenFault', 'guestFault', 'tableWrite', 'unsync', 'adUpdate', 'cr3Write', 'invlpg', 'nestedFault'] as const),
] satisfies ExitCause[];
/** Entries of a walk through five levels of both dimensions. */
const MOST_REFS = 35;
const MOST_HERTZ = 1e10;
const MOST_EXITS = 1e7;
/** Walks that a processor can have under way at once, or more. */
const MOST_WALKERS = 16;
const rate = rangeSchema(MOST_PER_SECOND);

/** Rates of the whole virtual machine. */
export const RATES = {
  busyCycles: 'cycles in which its virtual processors ran',
  references: 'data references',
  tlbMisses: 'page walks: references that no TLB held',
  walkRefs: 'table entries that walks read',
  walkCycles: 'cycles in which a walk was under way, of both dimensions; of several at a time each counts',
  guestFaults: 'page faults that the guest handles',
  tableWrites: 'entries that the guest writes to its page tables',
  cr3Writes: 'loads of CR3: switches of the address space',
  invlpgs: 'INVLPG',
  firstTouches: 'guest pages (4 KiB) that are touched for the first time, so that the host must back them',
} as const;
export type RateName = keyof typeof RATES;
export const RATE_NAMES = Object.keys(RATES) as readonly RateName[];

/** What a trace counted under one configuration, from the middle of the trace on. */
const replaySchema = object({
  machine: z.string(),
  paging: z.enum(['native', 'shadow', 'nested', 'agile']),
  guestPages: z.enum(GUEST_PAGES),
  hostPages: z.enum(HOST_PAGES),
  refs: z.number().int().min(1),
  /** That ended in a translation: TLB misses, and walks again where an entry lacked a right. */
  walks: z.number().int().min(0),
  walkRefs: z.number().int().min(0),
  /** At the machine's latencies, walks that ended in a fault too; hits in the second-level TLB are none. */
  walkCycles: z.number().min(0),
  exits: z.partialRecord(z.enum(EXIT_CAUSES), z.number().int().min(0)),
});

export const profileSchema = object({
  schema: z.literal('vmmu/profile@1'),
  name: z.string().min(1),
  /** What it was made of. */
  source: z.string().default('by hand'),
  /** Virtual processors that do it. */
  vcpus: z.number().min(1).max(4096).default(1),
  /** Under what it ran when walks and exits were counted. */
  under: object({
    machine: z.string().optional(),
    paging: z.enum(['native', 'shadow', 'nested']),
    guestPages: z.enum(GUEST_PAGES).default('4k'),
    hostPages: z.enum(HOST_PAGES).default('4k'),
    /** The host was itself a virtual machine. */
    nestedVirtualization: z.boolean().default(false),
    /** Left out: as the machine has them. */
    tags: z.boolean().optional(),
  }).optional(),
  perSecond: object(
    Object.fromEntries(RATE_NAMES.map((name) => [name, rate.optional()])) as {
      [K in RateName]: z.ZodOptional<typeof rate>;
    },
  ).prefault({}),
  /** A second, by cause: those that are not on behalf of address translation, and do not depend on the kind of paging. */
  exits: z.partialRecord(z.enum(EXIT_CAUSES), rate).prefault({}),
  /** Measured: from an exit to the next entry, by cause. */
  exitMicroseconds: z.partialRecord(z.enum(EXIT_CAUSES), rangeSchema(1e6)).prefault({}),
  footprintMib: rangeSchema(1e9).optional(),
  processes: rangeSchema(1e6).optional(),
  /** Cycles of work for a data reference, besides translation: of a trace, which has no clock. */
  cyclesPerReference: rangeSchema(1e4).optional(),
  /** Of figures, by their path, what they were derived from. */
  evidence: z.record(z.string(), z.string()).prefault({}),
  replays: z.array(replaySchema).prefault([]),
}).superRefine(({ perSecond, under, vcpus, exits }, context) => {
  const { busyCycles, walkCycles, walkRefs, tlbMisses, references } = perSecond;
  const add = (name: string, message: string): void =>
    context.addIssue({ code: 'custom', path: ['perSecond', name], message });
  if (tlbMisses !== undefined && references !== undefined && tlbMisses.low > references.high)
    add('tlbMisses', `found more TLB misses than references (${tlbMisses.low} of ${references.high})`);
  if (busyCycles !== undefined && busyCycles.low <= 0)
    add('busyCycles', 'found 0; expected more: leave out what is not known');
  if (busyCycles !== undefined && busyCycles.low > vcpus * MOST_HERTZ)
    add('busyCycles', `found ${busyCycles.low}; expected at most ${MOST_HERTZ} of each of ${vcpus} virtual processors`);
  if (tlbMisses !== undefined && busyCycles !== undefined && tlbMisses.low > busyCycles.high)
    add('tlbMisses', `found more TLB misses than busy cycles (${tlbMisses.low} of ${busyCycles.high})`);
  if (walkRefs !== undefined && tlbMisses !== undefined && walkRefs.low > MOST_REFS * tlbMisses.high)
    add('walkRefs', `found ${walkRefs.low} of ${tlbMisses.high} walks; expected at most ${MOST_REFS} of each`);
  for (const [cause, rate] of Object.entries(exits)) {
    const path = ['exits', cause];
    if (OF_TRANSLATION.includes(cause))
      context.addIssue({
        code: 'custom',
        path,
        message:
          'found an exit for translation; expected those that every kind of paging has: rates of the others stand in perSecond',
      });
    if (rate.low > vcpus * MOST_EXITS)
      context.addIssue({
        code: 'custom',
        path,
        message: `found ${rate.low}; expected at most ${MOST_EXITS} of each of ${vcpus} virtual processors`,
      });
  }
  if (walkCycles !== undefined && busyCycles === undefined)
    add('walkCycles', 'found no busyCycles beside it; expected both: a share of unknown time says nothing');
  if (walkCycles !== undefined && busyCycles !== undefined && walkCycles.low > MOST_WALKERS * busyCycles.high)
    add(
      'walkCycles',
      `found ${walkCycles.low}, more than ${MOST_WALKERS} walks in each of ${busyCycles.high} busy cycles`,
    );
  if ((walkCycles !== undefined || tlbMisses !== undefined) && under === undefined)
    add('walkCycles', 'found no `under`; expected what it ran under, as under: { paging: nested }');
});

export type Profile = z.infer<typeof profileSchema>;
export type Replay = Profile['replays'][number];
/** As files have it: what has a default may be left out, a range is a number or two. */
export type ProfileInput = z.input<typeof profileSchema>;

/** @param path of the file, for messages */
export function parseProfile(text: string, path: string): Profile {
  const { value, locate } = parseYaml(text, path);
  return validate(profileSchema, value, locate);
}
