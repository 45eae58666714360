/** From what a user gives - names, files, flags, `--set` - to one complete, checked configuration. */
import { ConfigError, UsageError } from '../errors.js';
import { COSTS } from './costs/index.js';
import { DEFAULT_MACHINE } from './default-machine.js';
import { MACHINES } from './machines/index.js';
import { machineSchema, type Machine, type MachineInput } from './machine-schema.js';
import {
  costsSchema,
  guestSchema,
  hostSchema,
  runSchema,
  seedSchema,
  vmmSchema,
  type Costs,
  type RunConfig,
} from './schema.js';
import { lookUp, unknownName } from './names.js';
import { withWalkCaches, type WalkCaches } from './walk-caches.js';
import { validate } from './validate.js';
import { parseYaml } from './yaml-file.js';

/** What differs from the default configuration: names, paths of YAML files, and single values. */
export interface ConfigInput {
  /** Name of a machine or path of a YAML file; `amd-zen4` by default. */
  readonly machine?: string;
  /** Name of a set of exit prices or path of a YAML file; by default the one that the machine names. */
  readonly costs?: string;
  /** Pages that the guest uses: 4k, 2m, 4m, thp or 1g. */
  readonly guestPages?: string;
  /** Pages that back the guest: 4k, 2m, 4m or 1g. */
  readonly hostPages?: string;
  /** Seed of scattered frames, random replacement and samples; 1 by default. */
  readonly seed?: number;
  /** Which walk caches the machine has, instead of its own. */
  readonly walkCaches?: WalkCaches;
  /** Path of a YAML file with any of machine, costs, guest, host, vmm, seed. */
  readonly config?: string;
  /** `path=value`, applied last, in order. */
  readonly set?: readonly string[];
}

/** Reads a text file; fails with a UsageError. Handed in, so that this folder does no input itself. */
export type ReadText = (path: string) => string;

/** For who gives names only. */
const noFiles: ReadText = (path) => {
  throw new UsageError(`${path}: found a file; expected a name, or something that reads files`);
};

/**
 * One complete configuration, checked: what was left out has its default.
 * @param readText reads the YAML files that are named; not needed for names alone
 * @throws ConfigError with the file and line, or the path of the key: what was found, what is allowed; UsageError for an unknown name
 */
export function resolveConfig(input: ConfigInput, readText: ReadText = noFiles): RunConfig {
  return validate(runSchema, draftConfig(input, readText), (path) => {
    const given = input.set?.findLast((set) => overlap(set.split('=')[0]!.split('.'), path));
    return given === undefined ? 'configuration' : `--set ${given}`;
  });
}

/** All of a configuration, before its parts are checked against each other. */
export function draftConfig(input: ConfigInput, readText: ReadText): unknown {
  const base = input.config === undefined ? {} : configFile(input.config, readText);
  const machine =
    input.machine !== undefined
      ? machineOf(input.machine, readText)
      : (base.machine ?? machineOf(DEFAULT_MACHINE, readText));
  const costs =
    input.costs !== undefined
      ? costsOf(input.costs, readText)
      : (base.costs ?? lookUp(COSTS, machine.costs, `costs of machine '${machine.name}':`));
  const guest = { ...base.guest, ...(input.guestPages === undefined ? {} : { pages: input.guestPages }) };
  const host = { ...base.host, ...(input.hostPages === undefined ? {} : { pages: input.hostPages }) };
  const draft = {
    machine: input.walkCaches === undefined ? machine : withWalkCaches(machine, input.walkCaches),
    costs,
    guest: validate(guestSchema, guest, () => '--guest-pages'),
    host: validate(hostSchema, host, () => '--host-pages'),
    vmm: vmmSchema.parse(base.vmm ?? {}),
    seed: input.seed ?? base.seed ?? 1,
  };
  return (input.set ?? []).reduce<unknown>(applySet, draft);
}

/** One path leads to the other, or past it: what is wrong with an object may be due to any of its members. */
export function overlap(one: readonly PropertyKey[], other: readonly PropertyKey[]): boolean {
  const shorter = Math.min(one.length, other.length);
  return one.slice(0, shorter).every((key, at) => key === other[at]);
}

function machineOf(name: string, readText: ReadText): Machine {
  if (!isFile(name)) return machineSchema.parse(lookUp<MachineInput>(MACHINES, name, 'machine'));
  const file = parseYaml(readText(name), name);
  return validate(machineSchema, file.value, file.locate);
}

function costsOf(name: string, readText: ReadText): Costs {
  if (!isFile(name)) return lookUp<Costs>(COSTS, name, 'costs');
  const file = parseYaml(readText(name), name);
  return validate(costsSchema, file.value, file.locate);
}

/** Names of presets have none of these. */
export function isFile(name: string): boolean {
  return /[./\\]/.test(name);
}

interface ConfigBase {
  machine?: Machine;
  costs?: Costs;
  guest?: object;
  host?: object;
  vmm?: object;
  seed?: number;
}

const PARTS = {
  machine: machineSchema,
  costs: costsSchema,
  guest: guestSchema,
  host: hostSchema,
  vmm: vmmSchema,
  seed: seedSchema,
};

/** Parts that may be given by a name. */
const NAMED: Partial<Record<keyof typeof PARTS, (name: string, readText: ReadText) => unknown>> = {
  machine: machineOf,
  costs: costsOf,
};

function configFile(path: string, readText: ReadText): ConfigBase {
  const { value, locate } = parseYaml(readText(path), path);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ConfigError(`${path}:1:1: expected an object of any of ${Object.keys(PARTS).join(', ')}`);
  const parts: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(value)) {
    if (!Object.hasOwn(PARTS, key))
      throw new ConfigError(`${locate([key])}: ${unknownName('key', key, Object.keys(PARTS))}`);
    const named = typeof part === 'string' ? NAMED[key as keyof typeof PARTS] : undefined;
    parts[key] =
      named === undefined
        ? validate(PARTS[key as keyof typeof PARTS], part, (inner) => locate([key, ...inner]))
        : within(locate([key]), () => named(part as string, readText));
  }
  return parts;
}

/** Runs `work`, whose errors do not know that a file asked for it. */
export function within<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof UsageError ? new ConfigError(`${where}: ${error.message}`) : error;
  }
}

/** A copy of the configuration with one value replaced; the path must exist. */
function applySet(config: unknown, set: string): unknown {
  const at = set.indexOf('=');
  if (at < 1) throw new UsageError(`--set ${set}: expected path=value, for example guest.pages=2m`);
  if (set.startsWith('machine.costs=')) throw new UsageError(`--set ${set}: prices are chosen with --costs`);
  const value = parseValue(set.slice(at + 1));
  return withChange(config, set.slice(0, at).split('.'), () => value, `--set ${set}:`);
}

/** A copy with another value at a path, which must exist. @param where in front of what is said of one that does not */
export function withChange(
  node: unknown,
  path: readonly string[],
  change: (before: unknown) => unknown,
  where: string,
): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return change(node);
  if (typeof node !== 'object' || node === null) throw new ConfigError(`${where} nothing below this path`);
  if (!Object.hasOwn(node, key)) throw new ConfigError(`${where} ${unknownName('key', key, Object.keys(node))}`);
  const members = node as Record<string, unknown>;
  return { ...members, [key]: withChange(members[key], rest, change, where) };
}

/** A JSON value where it is one (numbers, true, null, objects), else the text itself. */
function parseValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
