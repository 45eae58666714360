/** The YAML file of a sweep: what is crossed with what. */
import { basename } from 'node:path';
import { z } from 'zod';
import { refuseTwins } from '../config/names.js';
import type { ReadText } from '../config/resolve.js';
import { object } from '../config/shapes.js';
import { validate, type Locate } from '../config/validate.js';
import { WALK_CACHES } from '../config/walk-caches.js';
import { parseYaml } from '../config/yaml-file.js';
import { ConfigError, UsageError } from '../errors.js';
import { DEFAULT_STRATEGIES } from '../paging/names.js';
import { CONTENDER_NAMES } from '../run/contender.js';
import { axisSchema, axisValues, type AxisValue } from './axis.js';

const text = z.string().min(1);
const texts = z.array(text).min(1);

const sweepSchema = object({
  name: text.optional(),
  traces: texts,
  machines: texts.optional(),
  strategies: z
    .array(z.enum(CONTENDER_NAMES as [string, ...string[]]))
    .min(1)
    .default([...DEFAULT_STRATEGIES]),
  costs: text.optional(),
  config: text.optional(),
  set: texts.optional(),
  /** `own`: those that the machine has. */
  walkCaches: z
    .array(z.enum(['own', ...WALK_CACHES]))
    .min(1)
    .optional(),
  allowInexact: z.boolean().default(false),
  axes: z.record(z.string(), axisSchema).default({}),
});

export interface SweepFile extends Omit<z.infer<typeof sweepSchema>, 'name' | 'axes'> {
  readonly name: string;
  readonly axes: readonly Axis[];
  readonly locate: Locate;
}

export interface Axis {
  /** As in `--set`. */
  readonly path: string;
  readonly values: readonly AxisValue[];
}

export function readSweepFile(path: string, readText: ReadText): SweepFile {
  const { value, locate } = parseYaml(readText(path), path);
  const { name = basename(path).replace(/\.ya?ml$/, ''), axes, ...rest } = validate(sweepSchema, value, locate);
  const file = {
    ...rest,
    name,
    axes: Object.entries(axes).map(([path, axis]) => ({ path, values: axisValues(axis) })),
    locate,
  };
  for (const [key, what] of TWINS) at(locate([key]), () => refuseTwins(file[key] ?? [], what));
  checkAxes(file);
  return file;
}

const TWINS = [
  ['strategies', 'strategy'],
  ['traces', 'trace'],
  ['machines', 'machine'],
  ['walkCaches', 'walk caches'],
] as const;

/** Values of an axis are told apart; two axes of which one leads to the other would contradict each other. */
function checkAxes({ axes, locate }: SweepFile): void {
  for (const [place, { path, values }] of axes.entries()) {
    const where = locate(['axes', path]);
    if (path === 'machine.costs') throw new ConfigError(`${where}: prices are chosen with costs, or an axis below it`);
    at(where, () =>
      refuseTwins(
        values.map(({ text }) => text),
        'value',
      ),
    );
    const rival = axes
      .slice(0, place)
      .find((other) => `${path}.`.startsWith(`${other.path}.`) || `${other.path}.`.startsWith(`${path}.`));
    if (rival !== undefined)
      throw new ConfigError(`${where}: found an axis of what the axis ${rival.path} sets too; expected one of them`);
  }
}

/** Runs `work`, whose errors do not know where in a file they are due. */
export function at<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof UsageError ? new ConfigError(`${where}: ${error.message}`) : error;
  }
}
