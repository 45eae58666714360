/** What `vmmu list` can list, and what it says of each. */
import { COSTS } from '../config/costs/index.js';
import type { Costs } from '../config/schema.js';
import { VMMS } from '../config/vmms/index.js';
import type { VmmPreset } from '../config/vmms/vmm.js';
import { COUNTERS } from '../counters/counters.js';
import { definitionOf, STRATEGY_TITLES, type AnyStrategy } from '../paging/index.js';
import { STACKED_TITLES } from '../paging/names.js';
import { TRACE_FORMATS } from '../trace/formats/index.js';
import { GENERATORS } from '../trace/generators/index.js';
import type { Experiment } from '../experiments/experiment.js';
import { EXIT_CAUSES, EXITS, hardwareNames } from '../vmm/exits.js';
import type { Cell, Listed, ListKind } from './listed.js';
import { allFigures } from './figure-names.js';
import { sensitiveInstructions } from './sensitive-list.js';
import { shippedNames } from '../trace/shipped.js';
import { optionsText } from './trace-gen.js';

export const LISTS: Readonly<Record<ListKind, () => Listed[] | Promise<Listed[]>>> = {
  strategies: () =>
    Object.entries({ ...STRATEGY_TITLES, ...STACKED_TITLES }).map(([name, title]) =>
      same({ name, title, source: definitionOf(name as AnyStrategy).source }),
    ),
  vmms: () => members<VmmPreset>(VMMS, ({ strategy, title, source }) => ({ strategy, title, source })),
  machines: async () => (await import('./machine-list.js')).listedMachines(),
  costs: () =>
    members<Costs>(COSTS, ({ exitHardwareCycles, exitSoftwareCycles, source }) => ({
      exitHardwareCycles,
      exitSoftwareCycles,
      source,
    })),
  formats: () => members(TRACE_FORMATS, ({ suffix, description }) => ({ suffix, description })),
  generators: () =>
    members<{ readonly description: string }>(GENERATORS, (generator) => ({
      description: generator.description,
      options: optionsText(generator),
    })),
  counters: () => members(COUNTERS, ({ unit, definition }) => ({ unit, definition })),
  exits: () =>
    EXIT_CAUSES.map((cause) => {
      const { memory, definition } = EXITS[cause];
      return same({ name: cause, ...hardwareNames(cause), memory, definition });
    }),
  'sensitive-instructions': () => sensitiveInstructions(),
  experiments: async () =>
    members<Experiment>((await import('../experiments/index.js')).EXPERIMENTS, ({ title, source }) => ({
      title,
      source,
    })),
  figures: async () => {
    const { SHIPPED_RESULTS, storedExperiments } = await import('../print/stored.js');
    return allFigures(await storedExperiments(SHIPPED_RESULTS)).map(({ name, figure: { title, width } }) =>
      same({ name, width, title }),
    );
  },
  traces: () => shippedNames().map((name) => same({ name })),
};

function members<T>(registry: Readonly<Record<string, T>>, describe: (member: T) => Record<string, Cell>): Listed[] {
  return Object.entries(registry).map(([name, member]) => same({ name, ...describe(member) }));
}

/** A member that looks the same in all forms. */
function same(row: Listed['row']): Listed {
  return { row, sheet: row, json: row };
}
