import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import type { EventGenerator } from '../../src/trace/generators/event-generator.js';
import { SCRIPTED } from '../../src/trace/generators/index.js';
import { PAGE_GENERATORS } from '../../src/trace/generators/pages/index.js';
import { complaintOf, printedHere } from './in-process.js';
import { printed, temporaryFolder, vmmu } from './vmmu.js';

const folder = temporaryFolder();
const trace = (args: string): Promise<string> => printedHere(`trace ${args}`, folder);
const info = (name: string): Promise<string> => trace(`info ${name} --format json`);
const bytes = (name: string): Buffer => readFileSync(join(folder, name));

describe('trace gen', () => {
  test.each(Object.keys(PAGE_GENERATORS))(
    '%s: so many references to so many pages, with events between',
    async (name) => {
      await trace(`gen ${name} ${name}.arrows --refs 20k --pages 16 --every cpuid=1k,hlt=5k --every io=10k`);
      expect(JSON.parse(await info(`${name}.arrows`))).toMatchObject({
        schema: 'vmmu/trace-info@1',
        name,
        characteristics: { source: 'user', counts: 'exact', filterSets: null },
        references: { all: 20_000, fetch: 0, data: 20_000 },
        pages: { all: 16 },
        events: { initialMapping: 1, cpuid: 20, hlt: 4, io: 2 },
      });
    },
  );

  test.each(Object.entries<EventGenerator>(SCRIPTED))(
    '%s takes each of its parameters as an option',
    async (name, { parameters }) => {
      const values = Object.entries(parameters).map(
        ([key, { least, most }]) => [key, most === 1 ? 1 : Math.max(5, least)] as const,
      );
      const options = values.map(([key, value]) => (parameters[key]!.most === 1 ? `--${key}` : `--${key} ${value}`));
      await trace(`gen ${name} -o ${name}.arrows --name other ${options.join(' ')}`);
      const told = JSON.parse(await info(`${name}.arrows`)) as {
        source: { captured: string };
      };
      expect(told).toMatchObject({
        name: 'other',
        source: { ran: expect.stringContaining(`generator ${name}:`) as unknown },
      });
      expect(JSON.parse(told.source.captured)).toEqual(Object.fromEntries(values));
    },
  );

  test('makes the same bytes again, and others for another seed', async () => {
    for (const [name, seed] of [
      ['a', 1],
      ['b', 1],
      ['c', 2],
    ] as const)
      await trace(`gen uniform ${name}.arrows --refs 5k --pages 64 --seed ${seed}`);
    expect(bytes('a.arrows').equals(bytes('b.arrows'))).toBe(true);
    expect(bytes('a.arrows').equals(bytes('c.arrows'))).toBe(false);
  });
});

describe('trace compose', () => {
  beforeAll(async () => {
    await trace('gen zipf one.arrows --refs 10k --pages 64 --every systemCall=1k');
    await trace('gen fork-server two.arrows.br --refs 5k');
  });

  test('copies by turns: so many times the references and events, in so many processes', async () => {
    await trace('compose one.arrows -o copies.arrows --copies 5 --quantum 500 --name five');
    expect(JSON.parse(await info('copies.arrows'))).toMatchObject({
      name: 'five',
      references: { all: 50_000 },
      pages: { all: 64 },
      // 20 turns each of at least 500 references.
      events: { initialMapping: 5, systemCall: 50, contextSwitch: expect.any(Number) as unknown },
    });
  });

  test('makes the same bytes again', async () => {
    for (const name of ['x', 'y']) await trace(`compose one.arrows two.arrows.br -o ${name}.arrows --quantum 100`);
    expect(bytes('x.arrows').equals(bytes('y.arrows'))).toBe(true);
  });

  test('a trace that breaks off leaves nothing behind', async () => {
    writeFileSync(join(folder, 'cut.arrows'), bytes('one.arrows').subarray(0, 20_000));
    await expect(trace('compose one.arrows cut.arrows -o never.arrows')).rejects.toThrow('cut.arrows: ');
    expect(readdirSync(folder).filter((name) => name.startsWith('never'))).toEqual([]);
  });
});

describe('trace convert', () => {
  beforeAll(() => trace('gen zipf t.arrows --refs 50k --pages 4096 --every io=7k'));

  test('through every compression and back: the same trace, the same bytes', async () => {
    const before = await info('t.arrows');
    for (const [from, to] of [
      ['t.arrows', 't.arrows.br'],
      ['t.arrows.br', 't.arrows.gz'],
      ['t.arrows.gz', 'back.arrows'],
    ] as const) {
      await trace(`convert ${from} ${to}`);
      expect(await info(to)).toBe(before);
    }
    expect(bytes('back.arrows').equals(bytes('t.arrows'))).toBe(true);
    expect(bytes('t.arrows.br').length).toBeLessThan(bytes('t.arrows').length / 2);
  });

  test('onto itself', async () => {
    const before = bytes('t.arrows');
    await trace('convert t.arrows t.arrows');
    expect(bytes('t.arrows').equals(before)).toBe(true);
  });

  test('--name changes the name and nothing else', async () => {
    await trace('convert t.arrows named.arrows --name mine');
    const [before, after] = [JSON.parse(await info('t.arrows')), JSON.parse(await info('named.arrows'))] as object[];
    expect(after).toEqual({ ...before, name: 'mine' });
  });
});

describe('trace info --svg', () => {
  const figures = ['miss-ratio.svg', 'reuse-distance.svg', 'working-set.svg'];

  test('writes three drawings and prints what it prints without', async () => {
    await trace('gen zipf drawn.arrows --refs 30k --pages 256 --name <&>');
    expect(await trace('info drawn.arrows --svg figures/drawn')).toBe(await trace('info drawn.arrows'));
    expect(readdirSync(join(folder, 'figures/drawn')).sort()).toEqual(figures);
    for (const file of figures) {
      const svg = readFileSync(join(folder, 'figures/drawn', file), 'utf8');
      expect(svg).toMatch(/^<svg [^>]*width="7in"/);
      expect(svg).toMatch(/<title [^>]*>&lt;&amp;&gt;: /);
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    }
  });

  test('of a trace without references', async () => {
    await trace('gen sequential one.arrows --refs 1 --pages 1');
    await trace('cut one.arrows none.arrows --to record:1');
    await trace('info none.arrows --svg none');
    for (const file of figures)
      expect(readFileSync(join(folder, 'none', file), 'utf8')).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('into what is no folder', async () => {
    writeFileSync(join(folder, 'file'), '');
    expect(await complaintOf('trace info drawn.arrows --svg file', folder)).toMatch(/^--svg file: /);
  });
});

describe('trace convert to other formats', () => {
  beforeAll(() => trace('gen forkwait fork.arrows --operations 3'));

  test('the name says the format and the compression, and --to-format does where it does not', async () => {
    await trace('convert fork.arrows fork.din --quiet');
    await trace('convert fork.arrows fork.din.gz --quiet');
    await trace('convert fork.arrows other.txt --to-format dinero --quiet');
    expect(gunzipSync(bytes('fork.din.gz')).equals(bytes('fork.din'))).toBe(true);
    expect(bytes('other.txt').equals(bytes('fork.din'))).toBe(true);
    await trace('convert fork.arrows fork.arrow --quiet');
    expect(bytes('fork.arrow').toString('latin1')).toMatch(/^ARROW1[^]*ARROW1$/);
    await trace('convert fork.arrows fork.champsim --quiet');
    expect(bytes('fork.champsim').length % 64).toBe(0);
  });

  test('text goes to stdout', async () => {
    expect(await printed(folder, 'trace convert fork.arrows - --to-format csv')).toMatch(
      /^kind,space,address,count,operands\ninitialMapping,0,,0,1024 1 5 0\nfetch,0,0x400000,1,\n/,
    );
  });

  test('what the format cannot hold is listed on stderr, with counts', async () => {
    const { status, stdout, stderr } = await vmmu(folder, 'trace convert fork.arrows listed.din');
    expect([status, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(/^not in dinero +count\n/);
    for (const line of ['fork events +3', 'exit events +3', 'systemCall events +9', 'address spaces of runs +27'])
      expect(stderr).toMatch(new RegExp(`\n${line}\n`));
  });

  test('--strict refuses, and leaves nothing behind', async () => {
    expect(await complaintOf('trace convert fork.arrows strict.din --strict', folder)).toBe(
      '--strict: found initialMapping events; dinero has no place for them',
    );
    await trace('convert fork.arrows strict.csv --strict');
    expect(readdirSync(folder).filter((file) => file.startsWith('strict'))).toEqual(['strict.csv']);
  });

  test.each([
    ['x.parquet', /^x\.parquet: found no format of that name; expected \*\.arrows, \*\.arrow, \*\.din, /],
    ['-', /^-: found no --to-format; stdout takes formats of text: dinero, csv$/],
    ['- --to-format champsim', /^-: found format champsim; stdout takes formats of text/],
    ['x --to-format dinro', /^unknown format to write 'dinro' \(nearest: dinero\)/],
    ['no/x.din', /^cannot write no\/x\.din: its folder does not exist$/],
  ])('to %s is refused', async (to, message) => {
    expect(await complaintOf(`trace convert fork.arrows ${to}`, folder)).toMatch(message);
  });
});

describe('trace head', () => {
  beforeAll(() => trace('gen ptemod pte.arrows --operations 3'));

  test('shows the first records, operands by name', async () => {
    expect(await trace('head pte.arrows -n 2')).toBe(
      'record  space  kind           page  count  operands\n' +
        '0       0      tableSnapshot        0      level=4 entryGpa=0x100000 value=0x101067\n' +
        '1       0      tableSnapshot        0      level=3 entryGpa=0x101000 value=0x102067\n',
    );
  });

  test('ten of them, unless another number is asked for, and all where there are fewer', async () => {
    const rows = async (options: string): Promise<number> =>
      (JSON.parse(await trace(`head pte.arrows --format json ${options}`.trim())) as { rows: object[] }).rows.length;
    const all = (JSON.parse(await info('pte.arrows')) as { rows: number }).rows;
    expect(await rows('')).toBe(10);
    expect(await rows('-n 0')).toBe(0);
    expect(await rows('-n 1000')).toBe(all);
  });

  test('as JSON and as CSV', async () => {
    expect(JSON.parse(await trace('head pte.arrows -n 1 --format json'))).toEqual({
      schema: 'vmmu/trace-head@1',
      name: 'ptemod',
      rows: [
        {
          record: 0,
          kind: 'tableSnapshot',
          space: 0,
          page: null,
          count: 0,
          operands: { level: 4, entryGpa: '0x100000', value: '0x101067' },
        },
      ],
    });
    expect(await trace('head pte.arrows -n 1 --format csv')).toBe(
      'kind,space,address,count,operands\ntableSnapshot,0,,0,4 1048576 1052775\n',
    );
  });
});

test('trace info as text', async () => {
  await trace('gen zipf small.arrows --refs 12345 --pages 64');
  const text = await trace('info small.arrows');
  expect(text).toMatch(/^name +zipf\n/);
  for (const heading of [
    'processes',
    'working set: ',
    'reuse distances: ',
    'references that miss in a fully associative',
  ])
    expect(text).toContain(`\n\n${heading}`);
  expect(text).toMatch(/\nreferences +12,345 = 0 fetch \+ 12,345 data\n/);
});

test('info of an imported trace says what was left out and what was made up', async () => {
  const text = await printed('.', 'trace info sh-churn --quiet');
  expect(text).toMatch(/^left out +5 children whose file was not given$/m);
  expect(text).toMatch(/^synthesised +12 initialMapping of what the trace does not map$/m);
  const { imported } = JSON.parse(await printed('.', 'trace info sh-churn --quiet --format json')) as {
    imported: object;
  };
  expect(imported).toEqual({
    dropped: { 'children whose file was not given': 5 },
    synthesised: {
      'initialMapping of what the trace does not map': 12,
      'exit of a child of whose end no file tells': 5,
    },
  });
});
