/** A probe as a file: what was measured, and nothing that was made of it. No name of the machine stands in it. */
import { z } from 'zod';
import { validate } from '../config/validate.js';
import { ConfigError } from '../errors.js';
import type { Curve } from './curve.js';
import type { Apart } from './knees.js';

const ns = z.number().min(0).max(1e12);
const pages = z
  .number()
  .int()
  .min(1)
  .max(2 ** 40);
const time = z.strictObject({ ns, noise: ns });
const point = z.strictObject({ pages, spread: time, dense: time });

const armSchema = z.strictObject({
  /** The part of the buffer that had pages of 2 MiB; null: the system does not tell. */
  hugeShare: z.number().min(0).max(1).nullable(),
  points: z
    .array(point)
    .min(1)
    .max(4096)
    .refine((points) => points.every((one, at) => at === 0 || one.pages > points[at - 1]!.pages), {
      error: 'expected points in ascending order of pages',
    }),
  apart: z.array(z.strictObject({ pages, ns, noise: ns })).max(64),
  rounds: z.number().int().min(1),
  stable: z.boolean(),
  touchNs: z.strictObject({ least: ns, median: ns }),
  residentMib: z.number().int().min(0),
});

const missing = z.strictObject({ missing: z.string() });

/** Nanoseconds, by name; -1 where the system does not do it. */
export const PRICES = [
  'additionNs',
  'cpuidExitNs',
  'timeStampNs',
  'systemCallNs',
  'writeFaultNs',
  'zeroPageFaultNs',
  'dontNeedNs',
  'protectPageNs',
  'protectManyNs',
  'copyOnWriteNs',
  'forkNs',
  'forkWideNs',
  'contextSwitchNs',
  'largeFaultNs',
] as const;
export type Price = (typeof PRICES)[number];

const nativeSchema = z.strictObject({
  prices: z.strictObject(Object.fromEntries(PRICES.map((name) => [name, z.number()])) as Record<Price, z.ZodNumber>),
  hugetlbErrno: z.number().int(),
  /** Registers EAX to EDX in hexadecimal, by leaf and subleaf. */
  cpuid: z.record(z.string().regex(/^[0-9a-f]+\.[0-9a-f]+$/), z.string().regex(/^[0-9a-f]{8}(\.[0-9a-f]{8}){3}$/)),
});

const environmentSchema = z.strictObject({
  vendor: z.enum(['amd', 'intel']).nullable(),
  title: z.string(),
  family: z.number().int().nullable(),
  model: z.number().int().nullable(),
  /** Whether CPUID says that there is a hypervisor. */
  virtual: z.boolean().nullable(),
  /** The kernel's setting of transparent huge pages. */
  hugePages: z.string().nullable(),
  caches: z.array(z.strictObject({ level: z.number().int(), kib: z.number().min(1), ways: z.number().int().min(1) })),
});

const probeSchema = z.strictObject({
  schema: z.literal('vmmu/probe@1'),
  environment: environmentSchema,
  /** Cycles in a nanosecond, by dependent additions. */
  clockGhz: z.number().min(0.1).max(20),
  small: armSchema,
  huge: z.union([armSchema, missing]),
  spawnNs: ns.nullable(),
  native: z.union([nativeSchema, missing]),
});

export type Environment = z.infer<typeof environmentSchema>;
export type StatedCache = Environment['caches'][number];
export type Arm = z.infer<typeof armSchema>;
export type Native = z.infer<typeof nativeSchema>;
export type Missing = z.infer<typeof missing>;
export type Probe = z.infer<typeof probeSchema>;

export function parseProbe(text: string, path: string): Probe {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`${path}: ${(error as Error).message}`);
  }
  return validate(probeSchema, value, () => path);
}

export function curveOf({ points }: Arm): Curve {
  return points;
}

export function apartOf({ apart }: Arm): Apart {
  return new Map(apart.map(({ pages: of, ...one }) => [of, one]));
}
