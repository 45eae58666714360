/** Each class of finding is found where it is, and nowhere in what is consistent. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCell } from '../../src/run/cell.js';
import { readText } from '../../src/cli/options.js';
import { resolveConfig } from '../../src/config/resolve.js';
import { writeTrace } from '../../src/trace/file-writer.js';
import { generateTrace } from '../../src/trace/generate.js';
import { generateEvents } from '../../src/trace/generate-events.js';
import { EVENT_GENERATORS, type EventGeneratorName } from '../../src/trace/generators/events/index.js';
import { openAnyTrace } from '../../src/trace/open.js';
import { loadShared } from '../../src/trace/shared.js';
import type { TraceCharacteristics } from '../../src/trace/event.js';
import type { TraceSource } from '../../src/trace/source.js';
import { FINDING_CLASSES, Findings, type FindingClass } from '../../src/trace/validate/finding.js';
import { validateTrace } from '../../src/trace/validate/validate.js';
import { shippedNames, shippedPath } from '../../src/trace/shipped.js';
import { vmmu, expectRefusal } from '../cli/vmmu.js';
import { LONG } from '../long.js';
import { ACCESSED, entry, entryAt, LEAF_TABLE, PWU, ROOT } from '../support/hand-guest.js';
import { FULL_SYSTEM, TraceBuilder, USER } from '../support/trace-builder.js';
import { HEADER } from './hand-made.js';

type Build = (trace: TraceBuilder) => TraceBuilder;

function built(build: Build, characteristics: TraceCharacteristics, start = new TraceBuilder()): TraceSource {
  const trace = build(start);
  const batch = trace.batch();
  return { header: { ...HEADER, characteristics }, pages: trace.pages, batches: () => [batch] };
}

async function found(source: TraceSource): Promise<[number, FindingClass][]> {
  const findings = new Findings(Infinity);
  await validateTrace(source, findings.report);
  return findings.kept.map(({ record, class: name }) => [record, name]);
}

const [R, W, X] = [1, 2, 4];
const ANONYMOUS = 1;
const FIXED = 2;

/** Rows 0 and 1: code at page 16, read-only; 8 pages of private memory at page 32. */
const user = (build: Build, characteristics = USER): TraceSource =>
  built(
    (trace) => build(trace.event('initialMapping', 16, 1, R + X, 0).event('mmap', 32, 8, R + W, ANONYMOUS)),
    characteristics,
  );

describe('a user trace: the finding, at row 2 or where it is said', () => {
  test.each<[FindingClass, string, Build, number?]>([
    ['unmapped-range', 'munmap of what was never mapped', (t) => t.event('munmap', 100, 4)],
    ['unmapped-range', 'a second munmap', (t) => t.event('munmap', 32, 8).event('munmap', 32, 8), 3],
    ['unmapped-range', 'mprotect', (t) => t.event('mprotect', 100, 4, R)],
    ['unmapped-range', 'madvise', (t) => t.event('madvise', 100, 4, 4)],
    ['unmapped-range', 'mremap', (t) => t.event('mremap', 100, 4, 200, 8)],
    ['partly-mapped-range', 'mprotect with a hole', (t) => t.event('mprotect', 36, 8, R)],
    ['range', 'no pages', (t) => t.event('mmap', 100, 0, R, 0)],
    ['range', 'beyond the addresses', (t) => t.event('mmap', 2 ** 52 - 1, 2, R, 0)],
    ['mapped-twice', 'mmap over a mapping', (t) => t.event('mmap', 39, 2, R, ANONYMOUS)],
    ['heap', 'brk below the heap', (t) => t.event('brk', 64).event('brk', 60), 3],
    ['heap', 'brk over a mapping', (t) => t.event('brk', 30).event('brk', 33), 3],
    ['unmapped-reference', 'read of nothing', (t) => t.ref('read', 40)],
    ['unmapped-reference', 'write after munmap', (t) => t.ref('write', 33).event('munmap', 33, 1).ref('write', 33), 4],
    ['unmapped-reference', 'after exec', (t) => t.ref('write', 33).event('exec').ref('write', 33), 4],
    ['forbidden-reference', 'write to what may be read', (t) => t.ref('write', 16)],
    ['forbidden-reference', 'fetch of data', (t) => t.ref('fetch', 32)],
    ['forbidden-reference', 'after mprotect', (t) => t.ref('read', 32).event('mprotect', 32, 1, 0).ref('read', 32), 4],
    ['fork', 'twice into a space', (t) => t.event('fork', 1).event('fork', 1), 3],
    ['fork', 'into itself', (t) => t.event('fork', 0)],
    [
      'unknown-thread',
      'a third one',
      (t) => t.event('threadSwitch', 5).event('threadStart', 6).event('threadSwitch', 7),
      4,
    ],
    ['kind', 'a table write', (t) => t.event('tableWrite', 1, 4096, 0)],
  ])('%s: %s', async (name, _, build, row = 2) => {
    expect(await found(user(build))).toEqual([[row, name]]);
  });

  test('unknown-space, and wrong-space of rows that do not follow', async () => {
    const switched = user((t) => t.event('contextSwitch', 3).ref('read', 32));
    // The builder writes all rows in space 0, where page 32 is mapped; space 3 is empty.
    expect(await found(switched)).toEqual([
      [2, 'unknown-space'],
      [3, 'wrong-space'],
      [3, 'unmapped-reference'],
    ]);
  });

  test('each row of references is one finding, however often the page was found before', async () => {
    expect(await found(user((t) => t.ref('read', 99).ref('read', 33).ref('read', 99)))).toEqual([
      [2, 'unmapped-reference'],
      [4, 'unmapped-reference'],
    ]);
  });

  test('kind: fetches, where the header says there are none', async () => {
    expect(await found(user((t) => t.ref('fetch', 16), { ...USER, fetches: false }))).toEqual([[2, 'kind']]);
  });

  test.each<[string, Build]>([
    [
      'a first write to private memory, and to what was forked',
      (t) => t.ref('write', 32).event('fork', 1).ref('write', 32),
    ],
    ['mmap over a mapping that asks for it', (t) => t.event('mmap', 39, 2, R, ANONYMOUS + FIXED).ref('read', 40)],
    ['munmap of a range with holes', (t) => t.event('munmap', 20, 16)],
    ['a heap that grows and shrinks', (t) => t.event('brk', 64).event('brk', 70).ref('write', 69).event('brk', 64)],
    ['mremap to another place', (t) => t.event('mremap', 32, 8, 64, 16).ref('write', 79)],
    ['threads that were started', (t) => t.event('threadStart', 2).event('threadSwitch', 2).event('exit', 2, 0)],
    ['the thread that was there from the beginning', (t) => t.event('threadSwitch', 9).event('threadSwitch', 9)],
    ['a read of what may only be executed', (t) => t.event('mmap', 100, 1, X, 0).ref('read', 100)],
    ['what it had before it begins', (t) => t.event('initialPages', 32, 2, 3).event('initialHeap', 64, 70)],
  ])('is consistent: %s', async (_, build) => {
    expect(await found(user(build))).toEqual([]);
  });
});

describe('a full-system trace: the finding at row 5', () => {
  /** Four levels with one leaf for page 5, read-only, and the root loaded in row 4. */
  const guest = (build: Build): TraceSource =>
    built(
      (trace) =>
        build(
          trace
            .event('tableSnapshot', 4, entryAt(ROOT, 0), entry(2, PWU | ACCESSED))
            .event('tableSnapshot', 3, entryAt(2, 0), entry(3, PWU | ACCESSED))
            .event('tableSnapshot', 2, entryAt(3, 0), entry(LEAF_TABLE, PWU | ACCESSED))
            .event('tableSnapshot', 1, entryAt(LEAF_TABLE, 5), entry(100, (PWU & ~2n) | (1n << 63n)))
            .event('cr3Write', ROOT * 4096),
        ),
      FULL_SYSTEM,
    );

  test.each<[FindingClass, Build]>([
    ['untranslated-write', (t) => t.ref('write', 6)],
    ['untranslated-reference', (t) => t.ref('read', 6)],
    ['read-only-store', (t) => t.ref('write', 5)],
    ['no-execute-fetch', (t) => t.ref('fetch', 5)],
    ['root-without-entries', (t) => t.event('cr3Write', 77 * 4096)],
    ['table-record', (t) => t.event('tableWrite', 2, entryAt(LEAF_TABLE, 5), 0)],
    ['kind', (t) => t.event('munmap', 5, 1)],
  ])('%s', async (name, build) => {
    expect(await found(guest(build))).toEqual([[5, name]]);
  });

  test('several records that contradict: each is found', async () => {
    const wrong: Build = (t) => t.event('tableWrite', 2, entryAt(LEAF_TABLE, 5), 0).event('tableWrite', 9, 0, 0);
    expect(await found(guest(wrong))).toEqual([
      [5, 'table-record'],
      [6, 'table-record'],
    ]);
  });

  test('a read of a page that is mapped, and a write once its entry allows it', async () => {
    const written: Build = (t) =>
      t.ref('read', 5).event('tableWrite', 1, entryAt(LEAF_TABLE, 5), entry(100, PWU)).ref('write', 5);
    expect(await found(guest(written))).toEqual([]);
  });
});

test.each(Object.keys(EVENT_GENERATORS) as EventGeneratorName[])('nothing is found in what %s makes', async (name) => {
  expect(await found(generateEvents(name, { operations: 300 }))).toEqual([]);
});

/** Imports map what nothing else does, and are warned of where a program maps the same later. */
const IMPORTED = shippedNames().filter((name) => name === 'sh-churn' || name.endsWith('-faults'));
const OTHERS = shippedNames().filter((name) => !['boot', 'churn', ...IMPORTED].includes(name));

test.each(LONG ? OTHERS : ['memcached'])('nothing is found in %s', async (name) => {
  expect(await found(await openAnyTrace(shippedPath(name)))).toEqual([]);
});

/** The kernel's first instructions ran before its tables were recorded: traces/manifest.json says so. */
test.each(LONG ? ['boot', 'churn'] : [])(
  '%s: the references that validate does not find in the tables are those that a replay leaves out',
  async (name) => {
    const findings = await found(await openAnyTrace(shippedPath(name)));
    expect(new Set(findings.map(([, what]) => what))).toEqual(new Set(['untranslated-reference']));
    const { pages, batches, header } = (await loadShared(await openAnyTrace(shippedPath(name)), 2 ** 31))!;
    const spec = {
      strategy: 'native',
      characteristics: header.characteristics,
      config: resolveConfig({}, readText),
    } as const;
    const { counters } = runCell(spec, pages, batches);
    expect(findings.length).toBe(counters.untranslatedRuns);
  },
);

describe('vmmu trace validate', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vmmu-validate-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  beforeAll(async () => {
    const wrong: Build = (t) => Array.from({ length: 12 }).reduce<TraceBuilder>((b) => b.event('munmap', 100, 1), t);
    await writeTrace(
      join(folder, 'good.arrows'),
      user((t) => t.ref('read', 32)),
    );
    await writeTrace(join(folder, 'wrong.arrows'), user(wrong));
    await writeTrace(
      join(folder, 'hole.arrows'),
      user((t) => t.event('mprotect', 36, 8, R)),
    );
    await writeTrace(join(folder, 'damaged.arrows'), generateTrace('uniform', { refs: 1000, pages: 16 }));
    const bytes = readFileSync(join(folder, 'damaged.arrows'));
    bytes[bytes.lastIndexOf(Buffer.from([5, 0, 0, 0]))] = 6; // another page, which the checksum notices
    writeFileSync(join(folder, 'damaged.arrows'), bytes);
  });

  test('no findings: 0; warnings: 0; errors: 1; the first ten of each class, and how many more', async () => {
    expect(await vmmu(folder, 'trace validate good.arrows')).toMatchObject({
      status: 0,
      stdout: 'good.arrows: 3 records, 0 errors, 0 warnings\n',
    });
    const warned = await vmmu(folder, 'trace validate hole.arrows');
    expect(warned.status).toBe(0);
    expect(warned.stdout).toMatch(
      /: record 2: warning: partly-mapped-range: found mprotect of 8 pages at 0x24, of which 4 are mapped; expected /,
    );
    const { status, stdout } = await vmmu(folder, 'trace validate wrong.arrows');
    expect(status).toBe(1);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toBe(
      'wrong.arrows: record 2: error: unmapped-range: found munmap of 1 pages at 0x64; expected a range that is mapped',
    );
    expect(lines.slice(10)).toEqual([
      'wrong.arrows: unmapped-range: 2 more; --all shows them',
      'wrong.arrows: 14 records, 12 errors, 0 warnings',
    ]);
    expect((await vmmu(folder, 'trace validate wrong.arrows --all')).stdout.split('\n')).toHaveLength(12 + 1 + 1);
  });

  test('a damaged file is a finding, with the place', async () => {
    const { status, stdout } = await vmmu(folder, 'trace validate damaged.arrows --format json');
    expect(status).toBe(1);
    const { schema, traces } = JSON.parse(stdout) as { schema: string; traces: { findings: object[] }[] };
    expect(schema).toBe('vmmu/trace-validate@1');
    expect(traces[0]).toMatchObject({ trace: 'damaged.arrows', errors: 1, warnings: 0, counts: { structure: 1 } });
    expect(traces[0]!.findings).toMatchObject([
      { class: 'structure', severity: 'error', found: expect.stringMatching(/byte \d+ \/ row \d+/) as unknown },
    ]);
  });

  test('what is no trace is refused before the others are gone through', async () => {
    writeFileSync(join(folder, 'text.arrows'), 'no trace');
    await expectRefusal(folder, 'trace validate good.arrows text.arrows', /text\.arrows: byte 0: found/);
  });

  test('the help says what each class means', async () => {
    const { stdout } = await vmmu(folder, 'trace validate --help');
    for (const [name, { meaning }] of Object.entries(FINDING_CLASSES)) {
      expect(stdout).toContain(`  ${name} `);
      expect(stdout).toContain(meaning);
    }
  });
});
