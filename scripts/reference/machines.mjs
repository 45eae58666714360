// Every machine: what is known of it, where from, and what is not. The words are those of `vmmu list machines NAME`.
import { COSTS } from '../../dist/config/costs/index.js';
import { listedMachines } from '../../dist/cli/machine-list.js';
import { page, table, text } from './markdown.mjs';

export function machines() {
  const all = listedMachines();
  return page(
    '# Machines',
    'TLBs are written as sizes of pages, entries/ways (fa: fully associative), replacement where it is not lru. Latencies are in cycles from a load to its value.',
    table(
      all.map(({ row: { name, year, title } }) => ({ name: `[\`${name}\`](#${name.toLowerCase()})`, year, title })),
    ),
    all.map(({ sheet }) => section(sheet)),
  );
}

function section({ name, doubts, source, ...rest }) {
  const { exitHardwareCycles, exitSoftwareCycles } = COSTS[rest.costs];
  const known = {
    ...rest,
    costs: `[${rest.costs}](costs.md#${rest.costs}): ${exitHardwareCycles} + ${exitSoftwareCycles} cycles an exit`,
  };
  return [
    `## ${name}`,
    table(Object.entries(known).map(([what, value]) => ({ what, value }))),
    `Source: ${text(source)}.`,
    ...(doubts.length > 0 ? [`Doubts:`, doubts.map((doubt) => `- ${text(doubt)}`).join('\n')] : []),
  ];
}
