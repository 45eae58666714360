import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Outlook } from '../../src/sweep/outlook.js';
import { cellsIn, filesIn, smallSweep } from '../sweep/folders.js';
import { complaintOf, printedHere } from './in-process.js';
import { rowsIn } from './rows.js';
import { expectRefusal, temporaryFolder, vmmu } from './vmmu.js';

const folder = temporaryFolder();
beforeAll(() => smallSweep(folder, 2));

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

async function rows(yaml: string, more = '') {
  write('rows.yaml', yaml);
  return rowsIn(await printedHere(`sweep run rows.yaml --format json --quiet${more}`, folder));
}

async function planned(args: string): Promise<Outlook> {
  return JSON.parse(await printedHere(`sweep plan ${args} --format json`, folder)) as Outlook;
}

describe('a sweep', () => {
  test('has the rows that single runs of its cells have, with the axes beside', async () => {
    const [row, ...others] = await rows(
      'traces: [a.arrows]\nmachines: [amd-zen2]\nstrategies: [nested]\naxes: { guest.pages: [thp] }\n',
    );
    const single = rowsIn(
      await printedHere('run a.arrows --machine amd-zen2 --strategy nested --guest-pages thp --format json', folder),
    );
    expect(others).toEqual([]);
    expect(row).toEqual({ ...single[0]!, point: { 'guest.pages': 'thp' } });
  });

  test('crosses all axes, the last one fastest, and walk caches', async () => {
    const found = await rows(`traces: [a.arrows]
strategies: [nested]
walkCaches: [own, none]
axes:
  machine.caches.memoryCycles: { from: 100, to: 400, times: 2 }
  seed: { from: 1, to: 2, step: 0.5 }
`).catch((error: unknown) => (error as Error).message);
    expect(found).toContain('rows.yaml:6:3: seed: found 1.5; expected a whole number');
    const points = (
      await rows(`traces: [a.arrows]
strategies: [nested]
walkCaches: [own, none]
axes:
  machine.caches.memoryCycles: { from: 100, to: 400, times: 2 }
  seed: { from: 1, to: 2 }
`)
    ).map(({ point }) => Object.values(point).join(' '));
    const crossed = ['100 1', '100 2', '200 1', '200 2', '400 1', '400 2'];
    expect(points).toEqual(['own', 'none'].flatMap((caches) => crossed.map((point) => `${caches} ${point}`)));
  });

  test('over shapes of an array keeps its replacement: a shape that has none is excluded, and says why', async () => {
    const found = await rows(`traces: [a.arrows]
machines: [intel-skylake]
strategies: [native]
axes:
  machine.tlb.l1d.4k: { sets: [8], ways: { from: 2, to: 4 } }
`);
    expect(found.map(({ point, exactness }) => [Object.values(point)[0], exactness])).toEqual([
      ['8x2', 'exact'],
      ['8x3', 'excluded: machine.tlb.l1d.4k: tree-plru needs a power of two of ways, found 3'],
      ['8x4', 'exact'],
    ]);
    // 64 pages of 4 KiB fit into no array of 32 entries.
    expect(found[0]!.counters.l1TlbHits).toBeLessThan(found[2]!.counters.l1TlbHits);
  });

  test('excludes what a machine lacks, and what a filtered trace does not fit, unless that is allowed', async () => {
    const [old] = await rows('traces: [a.arrows]\nmachines: [amd-k8-revF]\nstrategies: [nested]\n');
    expect(old!.exactness).toMatch(/^excluded: /);
    const [inexact] = await rows('traces: [git-faults]\nmachines: [intel-skylake]\nstrategies: [native]\n');
    expect(inexact!.exactness).toMatch(/^inexact: only references that faulted were captured/);
    const filtered = 'traces: [boot]\nmachines: [intel-skylake]\nstrategies: [native]\n';
    write('filtered.yaml', filtered);
    const why = 'captured through a filter of 512 pages, exact only for TLBs whose sets are a multiple of 512';
    expect((await planned('filtered.yaml')).cells[0]!.exactness).toContain(`excluded: ${why}`);
    write('filtered.yaml', `${filtered}allowInexact: true\n`);
    expect((await planned('filtered.yaml')).cells[0]!.exactness).toBe('inexact: captured through a 512-page filter');
  });

  test('of other prices replays nothing', async () => {
    write(
      'prices.yaml',
      'traces: [a.arrows]\nstrategies: [nested]\naxes: { costs.exitHardwareCycles: [100, 200, 300] }\n',
    );
    expect((await planned('prices.yaml')).replays).toBe(1);
    await printedHere('sweep run prices.yaml --out prices --quiet', folder);
    write('dearer.yaml', 'traces: [a.arrows]\nstrategies: [nested]\ncosts: prescott-2005\n');
    await printedHere('sweep run dearer.yaml --out dearer --reuse prices --quiet', folder);
    expect(cellsIn(join(folder, 'dearer'))).toEqual(cellsIn(join(folder, 'prices')));
  });

  test('finds its files beside itself', async () => {
    mkdirSync(join(folder, 'deep'));
    write('deep/base.yaml', 'guest: { pages: thp }\n');
    write('deep/s.yaml', 'traces: [../a.arrows]\nstrategies: [native]\nconfig: base.yaml\n');
    const [row] = rowsIn(await printedHere('sweep run deep/s.yaml --format json --quiet', folder));
    expect(row!.guestPages).toBe('thp');
  });
});

describe('shards', () => {
  test('merged, from one directory or from several, are the whole', async () => {
    const csv = await printedHere('sweep run small.yaml --out whole --format csv --quiet', folder);
    for (const shard of ['1/3', '2/3', '3/3']) {
      expect(await printedHere(`sweep run small.yaml --shard ${shard} --out shared --quiet`, folder)).toBe('');
      expect(await printedHere(`sweep run small.yaml --shard ${shard} --out own${shard[0]!} --quiet`, folder)).toBe('');
    }
    expect(existsSync(join(folder, 'shared/summary.csv'))).toBe(false);
    expect(await printedHere('sweep merge shared --out shared --format csv', folder)).toBe(csv);
    expect(filesIn(join(folder, 'shared'))).toEqual(filesIn(join(folder, 'whole')));
    expect(await printedHere('merge own1 own2 own3 --out merged --format csv', folder)).toBe(csv);
    for (const [name, text] of Object.entries(filesIn(join(folder, 'merged'))))
      expect(text).toBe(readFileSync(join(folder, 'whole', name), 'latin1'));
    const each = [1, 2, 3].map((number) => cellsIn(join(folder, `own${number}`)));
    expect(each.flat().sort()).toEqual(cellsIn(join(folder, 'whole')));
    for (const cells of each) expect(cells.length).toBeGreaterThan(5);
  });

  test('of which one is missing: says which cells, status 1, writes nothing', async () => {
    const { status, stdout, stderr } = await vmmu(folder, 'sweep merge own1 own3 --out partial');
    const missing = cellsIn(join(folder, 'own2')).length;
    expect(stderr).toMatch(/^vmmu: missing: [ab] on amd-zen4 under \w+, guest\.pages=\w+, seed=\d\n/);
    expect(stderr).toContain(`vmmu: ${missing} of 24 cells are missing; nothing was written\n`);
    expect([status, stdout]).toEqual([1, '']);
    expect(existsSync(join(folder, 'partial'))).toBe(false);
  });

  test('of different sweeps are not merged', async () => {
    expect(await complaintOf('sweep merge own1 prices --out x', folder)).toContain('prices: found the sweep prices');
    expect(await complaintOf('sweep merge own1 deep --out x', folder)).toContain('deep: found no sweep.json');
  });
});

describe('a directory', () => {
  test('of another sweep is refused', async () => {
    expect(await complaintOf('sweep run small.yaml --out prices', folder)).toContain(
      '--out prices: found the sweep prices, with other cells or of another version; take another --out, and --reuse prices',
    );
  });

  test('with another sweep.json is left alone', async () => {
    mkdirSync(join(folder, 'strange'));
    write('strange/sweep.json', '{}');
    expect(await complaintOf('sweep run small.yaml --out strange', folder)).toContain('found no plan of a sweep');
    expect(filesIn(join(folder, 'strange'))).toEqual({ 'sweep.json': '{}' });
  });

  test('tells a plan what is finished', async () => {
    expect(await planned('small.yaml --out own1')).toMatchObject({
      replays: 24,
      finished: cellsIn(join(folder, 'own1')).length,
    });
    expect(await printedHere('sweep plan small.yaml', folder)).toMatch(/^small: 24 cells\n {2}replays: 24\n/);
  });
});

test('a cell that fails has no row, and the others have theirs', async () => {
  await printedHere('trace gen sequential large.arrows --refs 4m --pages 8192 --name large', folder);
  write('fails.yaml', 'traces: [large.arrows]\nstrategies: [nested]\naxes: { guest.memoryMib: [16, 1024] }\n');
  const { status, stdout, stderr } = await vmmu(folder, 'sweep run fails.yaml --format csv --quiet');
  expect(stderr).toBe(
    'vmmu: failed: large on amd-zen4 under nested, guest.memoryMib=16: guest.memoryMib: out of memory: no frame is free of 16 MiB (4096 frames); raise guest.memoryMib\n' +
      'vmmu: 1 of 2 cells failed, and have no rows; run the same command again to try them again\n',
  );
  expect(status).toBe(1);
  expect(stdout.trimEnd().split('\n').length).toBe(2);
});

test('a limit on memory below what any cell takes changes no row', async () => {
  const csv = await printedHere('sweep run small.yaml --format csv --quiet', folder);
  expect(await printedHere('sweep run small.yaml --memory 1 --workers 4 --format csv --quiet', folder)).toBe(csv);
});

describe('a bad sweep file is one line that says where', () => {
  const A = 'traces: [a.arrows]\n';
  test.each([
    ['', '1:1: '],
    ['traces: []\n', '1:1: traces: found a list; expected one that is not empty'],
    [`${A}strategies: [nestd]\n`, "2:14: strategies.0: found 'nestd'; expected one of native, shadow"],
    [`${A}strategies: [native, best]\n`, "2:22: strategies.1: found 'best'; expected one of"],
    [`${A}strategies: [native, native]\n`, "2:1: found strategy 'native' twice"],
    [`${A}strategy: [native]\n`, "2:1: strategy: unknown key 'strategy' (nearest: strategies)"],
    ['traces: [a.arrows, a.arrows]\n', "1:1: found trace 'a.arrows' twice"],
    [`${A}machines: [amd-zen4, amd-zne4]\n`, "2:22: unknown machine 'amd-zne4' (nearest: amd-zen4)"],
    [`${A}costs: epyc\n`, "2:1: unknown costs 'epyc'"],
    [`${A}config: no.yaml\n`, '2:1: no.yaml: no such file'],
    [`${A}set: [guest.page=4k]\n`, "2:1: --set guest.page=4k: unknown key 'page'"],
    [`${A}set: [seed=1, guest.pages=3m]\n`, "2:15: guest.pages: found '3m'; expected one of"],
    [`${A}walkCaches: [own, own]\n`, "2:1: found walk caches 'own' twice"],
    [`${A}axes: { guest.page: [4k] }\n`, "2:9: guest.page: unknown key 'page' (nearest: pages)"],
    [`${A}axes: { guest.pages: [4k, 3m] }\n`, "2:9: guest.pages: found '3m'; expected one of"],
    [`${A}axes: { guest.pages: [4k, 4k] }\n`, "2:9: found value '4k' twice"],
    [`${A}axes: { guest.pages: [] }\n`, '2:9: axes.guest.pages: found a list; expected'],
    [`${A}axes: { seed: { from: 3, to: 1 } }\n`, '2:9: axes.seed: found 3 to 1; expected a range that goes up'],
    [`${A}axes: { seed: { from: 0, to: 8, times: 2 } }\n`, 'found times from 0; expected a number above 0'],
    [`${A}axes: { seed: { from: 1, to: 8, step: 1, times: 2 } }\n`, 'found step and times; expected one of them'],
    [`${A}axes: { seed: { from: 0, to: 1e9 } }\n`, 'found more than 100000 values'],
    [`${A}axes: { machine.costs: [epyc-2020] }\n`, '2:9: prices are chosen with costs'],
    [
      `${A}axes: { machine.tlb.l1d.shared.entries: [8], machine.tlb.l1d.shared: { sets: [4], ways: [2] } }\n`,
      '2:46: found an axis of what the axis machine.tlb.l1d.shared.entries sets too; expected one of them',
    ],
    [`${A}axes: { guest: { sets: [4], ways: [2] } }\n`, "2:9: guest.entries: unknown key 'entries'"],
  ])('%j', async (text, message) => {
    write('bad.yaml', text);
    expect(await complaintOf('sweep run bad.yaml --out bad', folder)).toContain(
      `${message.startsWith('found') ? '' : 'bad.yaml:'}${message}`,
    );
    expect(existsSync(join(folder, 'bad'))).toBe(false);
  });

  test('of too many cells, unless they are meant', async () => {
    write('many.yaml', `${A}strategies: [native]\naxes: { seed: { from: 1, to: 10001 } }\n`);
    expect(await complaintOf('sweep run many.yaml', folder)).toContain(
      'many.yaml: found 10001 cells; expected at most 10000, or --yes where so many are meant',
    );
  });

  test.each([
    ['--shard 0/2 --out x', 'Allowed: i/n, as 2/8, with i from 1 to n'],
    ['--shard 3/2 --out x', 'Allowed: i/n, as 2/8, with i from 1 to n'],
    ['--shard 1/2', '--shard: found no --out'],
    ['--timeout 0', 'Allowed: a number above 0'],
    ['--reuse nowhere', '--reuse nowhere: found no folder'],
    ['--format cvs', "unknown format 'cvs' (nearest: csv)"],
  ])('%s', async (options, message) => {
    expect(await complaintOf(`sweep run small.yaml ${options}`, folder)).toContain(message);
  });

  test('by the program itself, and without the word run', () => expectRefusal(folder, 'sweep bad.yaml', /bad\.yaml/));
});
