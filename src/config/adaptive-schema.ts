/** What a VMM that chooses between shadow and nested paging decides for itself. */
import { z } from 'zod';
import { object } from './shapes.js';

export const agileSchema = object({
  writesToNest: z
    .number()
    .int()
    .min(1)
    .max(512)
    .default(2)
    .describe(
      'Writes in one interval that move a shadowed table, and all below it, to nested mode: Gandhi et al., ISCA 2016 have two',
    ),
  hardwareDirty: z
    .boolean()
    .default(false)
    .describe(
      "The hardware sets a dirty bit through shadow tables itself, by a walk of the guest's and nested tables; otherwise it is an exit",
    ),
  cachedCr3s: z
    .number()
    .int()
    .min(0)
    .max(64)
    .default(0)
    .describe('Roots whose shadow the hardware knows: MOV to CR3 with one of them does not exit. 0: each does'),
  nestedAtFirst: z
    .number()
    .int()
    .min(0)
    .max(1000)
    .default(0)
    .describe(
      'Intervals in which a root is walked in two dimensions before it is given shadow tables: for processes that do not live long',
    ),
}).describe(
  '`agile`: which tables of the guest are walked in which way. The papers leave the numbers open, or scale them to seconds: these are ours',
);

export const selectiveSchema = object({
  begin: z.enum(['shadow', 'nested']).default('nested').describe('The mode of the first interval'),
  exitRefs: z
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(500)
    .describe('Table references that cost as much as one VM exit, as the VMM has measured it'),
  exitsPerFault: z
    .number()
    .min(0)
    .max(100)
    .default(3)
    .describe('VM exits that a guest page fault costs under shadow paging, until that has been measured'),
  exitsPerMove: z
    .number()
    .min(0)
    .max(1_000_000)
    .default(100)
    .describe(
      "VM exits that a change to shadow paging costs, because no table is filled: one interval's gain has to pay for them",
    ),
}).describe(
  '`selective`: the whole machine in one mode. Wang et al., VEE 2011 weigh TLB misses against page faults; the weights are ours',
);

export const intervalRefs = z
  .number()
  .int()
  .min(1)
  .max(1_000_000_000_000)
  .default(10_000_000)
  .describe('`agile`, `selective`: references of the trace between two looks at what was counted');
