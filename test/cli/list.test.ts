import { expect, test } from 'vitest';
import { COSTS } from '../../src/config/costs/index.js';
import { MACHINES } from '../../src/config/machines/index.js';
import { COUNTERS } from '../../src/counters/counters.js';
import { STRATEGIES } from '../../src/paging/index.js';
import { TRACE_FORMATS } from '../../src/trace/formats/index.js';
import { GENERATORS } from '../../src/trace/generators/index.js';
import { EXITS } from '../../src/vmm/exits.js';
import { printed, temporaryFolder } from './vmmu.js';

const folder = temporaryFolder();

test.concurrent.each([
  ['strategies', Object.keys(STRATEGIES)],
  ['machines', Object.keys(MACHINES)],
  ['costs', Object.keys(COSTS)],
  ['formats', Object.keys(TRACE_FORMATS)],
  ['generators', Object.keys(GENERATORS)],
  ['counters', Object.keys(COUNTERS)],
  ['exits', Object.keys(EXITS)],
  ['traces', ['boot', 'cc1', 'memcached', 'pydict', 'redis', 'sort', 'sqlite', 'xz']],
])('list %s has every name, as a table and as JSON', async (kind, names) => {
  const rows = JSON.parse(await printed(folder, `list ${kind} --format json`)) as { name: string }[];
  expect(rows.map(({ name }) => name)).toEqual(names);
  const [header, ...lines] = (await printed(folder, `list ${kind}`)).trimEnd().split('\n');
  expect(header).toMatch(/^name/);
  expect(lines.map((line) => line.split(' ')[0])).toEqual(names);
});
