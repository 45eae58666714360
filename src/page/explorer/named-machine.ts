/** The configuration of a machine that is known by name. What resolves files and flags would bring a YAML reader into the page. */
import { COSTS } from '../../config/costs/index.js';
import { MACHINES } from '../../config/machines/index.js';
import { machineSchema } from '../../config/machine-schema.js';
import { lookUp } from '../../config/names.js';
import { runSchema, type RunConfig } from '../../config/schema.js';
import { withWalkCaches, type WalkCaches } from '../../config/walk-caches.js';

/** @param caches instead of the machine's own; null: these. Everything else is as it is by default. */
export function namedMachine(name: string, caches: WalkCaches | null): RunConfig {
  const machine = machineSchema.parse(lookUp<unknown>(MACHINES, name, 'machine'));
  const costs = lookUp<unknown>(COSTS, machine.costs, 'costs');
  return runSchema.parse({ machine: caches === null ? machine : withWalkCaches(machine, caches), costs });
}
