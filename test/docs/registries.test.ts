import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SUITES } from '../../src/cli/suites/index.js';
import { COSTS } from '../../src/config/costs/index.js';
import { MACHINES } from '../../src/config/machines/index.js';
import { VMMS } from '../../src/config/vmms/index.js';
import { STRATEGIES } from '../../src/paging/index.js';
import { ENGINES } from '../../src/sweep/submit/index.js';
import { EXPORT_FORMATS } from '../../src/trace/export/index.js';
import { PROFILE_READERS } from '../../src/profile/readers/index.js';
import { TRACE_FORMATS } from '../../src/trace/formats/index.js';
import { EVENT_GENERATORS } from '../../src/trace/generators/events/index.js';
import { PAGE_GENERATORS } from '../../src/trace/generators/pages/index.js';
import { PROGRAMS } from '../../src/trace/generators/programs/index.js';

interface Registry {
  readonly folder: string;
  readonly registry: object;
  readonly others: readonly string[];
}

/** A folder, its registry, and the files in it that are no members: interfaces and what members share. */
const REGISTRIES: readonly Registry[] = [
  { folder: 'src/config/machines', registry: MACHINES, others: [] },
  { folder: 'src/config/costs', registry: COSTS, others: [] },
  { folder: 'src/config/vmms', registry: VMMS, others: ['vmm'] },
  {
    folder: 'src/paging',
    registry: STRATEGIES,
    others: ['strategy', 'hardware', 'names', 'nested-tables', 'intervals', 'stacked'],
  },
  {
    folder: 'src/cli/suites',
    registry: SUITES,
    others: ['suite', 'options', 'allowed', 'help', 'judged', 'guests'],
  },
  { folder: 'src/profile/readers', registry: PROFILE_READERS, others: ['reader'] },
  { folder: 'src/sweep/submit', registry: ENGINES, others: ['engine', 'commands', 'shell', 'sbatch', 'kubernetes'] },
  { folder: 'src/trace/formats', registry: TRACE_FORMATS, others: ['format'] },
  { folder: 'src/trace/export', registry: EXPORT_FORMATS, others: ['format', 'drops', 'references'] },
  { folder: 'src/trace/generators/pages', registry: PAGE_GENERATORS, others: [] },
  { folder: 'src/trace/generators/events', registry: EVENT_GENERATORS, others: [] },
  { folder: 'src/trace/generators/programs', registry: PROGRAMS, others: [] },
];

test.each(REGISTRIES)('$folder: each file or folder is a key of the registry', ({ folder, registry, others }) => {
  const members = readdirSync(folder)
    .map((name) => name.replace(/\.ts$/, ''))
    .filter((name) => name !== 'index' && !others.includes(name));
  expect(members.sort()).toEqual(Object.keys(registry).sort());
});

test.each(REGISTRIES.slice(0, 3))('$folder: what is registered bears its key as its name', ({ registry }) => {
  for (const [key, member] of Object.entries(registry as Readonly<Record<string, { readonly name: string }>>))
    expect(member.name).toBe(key);
});

test('docs/import.md has a row for each trace format, as the list describes it and in the order in which files are tried', () => {
  const rows = [...readFileSync('docs/import.md', 'utf8').matchAll(/^\| `([\w-]+)` +\| (.*?) +\|/gm)];
  const formats = Object.entries(TRACE_FORMATS).map(([name, { description }]) => [name, description]);
  expect(rows.map(([, name, description]) => [name, description])).toEqual(formats);
});

test('each machine names exit prices that exist', () => {
  expect(Object.values(MACHINES).filter(({ costs }) => !Object.hasOwn(COSTS, costs))).toEqual([]);
});
