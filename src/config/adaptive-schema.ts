/** What a VMM that chooses between shadow and nested paging decides for itself. */
import { z } from 'zod';
import { object } from './shapes.js';

/** `agile`: which tables of the guest are walked in which way. The papers leave the numbers open, or scale them to seconds: these are ours. */
export const agileSchema = object({
  /** Writes in one interval that move a shadowed table, and all below it, to nested mode: Gandhi et al., ISCA 2016 have two. */
  writesToNest: z.number().int().min(1).max(512).default(2),
  /** The hardware sets a dirty bit through shadow tables itself, by a walk of the guest's and nested tables; otherwise it is an exit. */
  hardwareDirty: z.boolean().default(false),
  /** Roots whose shadow the hardware knows: MOV to CR3 with one of them does not exit. 0: each does. */
  cachedCr3s: z.number().int().min(0).max(64).default(0),
  /** Intervals in which a root is walked in two dimensions before it is given shadow tables: for processes that do not live long. */
  nestedAtFirst: z.number().int().min(0).max(1000).default(0),
});

/** `selective`: the whole machine in one mode. Wang et al., VEE 2011 weigh TLB misses against page faults; the weights are ours. */
export const selectiveSchema = object({
  begin: z.enum(['shadow', 'nested']).default('nested'),
  /** Table references that cost as much as one VM exit, as the VMM has measured it. */
  exitRefs: z.number().int().min(1).max(100_000).default(500),
  /** VM exits that a guest page fault costs under shadow paging, until that has been measured. */
  exitsPerFault: z.number().min(0).max(100).default(3),
  /** VM exits that a change to shadow paging costs, because no table is filled: one interval's gain has to pay for them. */
  exitsPerMove: z.number().min(0).max(1_000_000).default(100),
});

/** References of the trace between two looks at what was counted; both strategies look again as often. */
export const intervalRefs = z.number().int().min(1).max(1_000_000_000_000).default(10_000_000);
