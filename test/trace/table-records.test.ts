/** A full-system trace whose records of page tables contradict each other is refused, and the record named. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { TraceError } from '../../src/errors.js';
import { writeTrace } from '../../src/trace/file-writer.js';
import { generateEvents } from '../../src/trace/generate-events.js';
import { openAnyTrace } from '../../src/trace/open.js';
import { TableRecords } from '../../src/trace/table-records.js';
import { expectRefusal } from '../cli/vmmu.js';
import { ACCESSED, DIRTY, entry, entryAt, LEAF_TABLE, PWU, ROOT } from '../support/hand-guest.js';
import { FULL_SYSTEM, TraceBuilder } from '../support/trace-builder.js';
import { HEADER } from './hand-made.js';

const TABLE = PWU | ACCESSED;
const A = entry(100, PWU);
const B = entry(101, PWU);
const LEAF = entryAt(LEAF_TABLE, 5);

/** Four levels with one leaf, rows 0 to 3, and the root loaded in row 4. */
function guest(): TraceBuilder {
  return new TraceBuilder()
    .event('tableSnapshot', 4, entryAt(ROOT, 0), entry(2, TABLE))
    .event('tableSnapshot', 3, entryAt(2, 0), entry(3, TABLE))
    .event('tableSnapshot', 2, entryAt(3, 0), entry(LEAF_TABLE, TABLE))
    .event('tableSnapshot', 1, LEAF, A)
    .event('cr3Write', ROOT * 4096);
}

function complaint(trace: TraceBuilder, firstRow = 0): string | null {
  try {
    new TableRecords().check(trace.batch(), firstRow);
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    return (error as Error).message;
  }
}

describe('is refused', () => {
  test.each([
    [
      'a write of another level than the snapshot gives the table',
      2,
      LEAF,
      'of level 2 in the table at 0x4000; expected level 1',
    ],
    [
      'a write that takes the root for a leaf table',
      1,
      entryAt(ROOT, 3),
      'of level 1 in the table at 0x1000; expected level 4 or 5',
    ],
    ['a write that takes a leaf table for a root', 4, LEAF, 'of level 4 in the table at 0x4000; expected level 1'],
    ['a write of a level that no table has', 6, LEAF, 'of level 6; expected 1 to 5'],
    ['a write into the middle of an entry', 1, LEAF + 4, 'of an entry at 0x402c; expected a multiple of 8'],
  ])('%s', (_, level, address, message) => {
    expect(complaint(guest().event('tableWrite', level, address, B))).toContain(`row 5: found tableWrite ${message}`);
  });

  const contradiction = /^row \d+: found tableSnapshot of the entry at 0x4028 with the value 0x65007; expected 0x64007/;

  test('an entry that is shown twice in one snapshot, with two values', () => {
    const trace = new TraceBuilder().event('tableSnapshot', 1, LEAF, A).event('tableSnapshot', 1, LEAF, B);
    expect(complaint(trace)).toMatch(contradiction);
  });

  test('an entry of a table in use that is shown again, with another value than the first time', () => {
    expect(complaint(guest().event('tableSnapshot', 1, LEAF, B))).toMatch(contradiction);
  });

  test('an entry that was written, and is shown with another value afterwards', () => {
    const trace = guest().event('tableWrite', 1, LEAF, B).ref('read', 5).event('tableSnapshot', 1, LEAF, A);
    expect(complaint(trace)).toMatch(/row 7: .* the value 0x64007; expected 0x65007/);
  });

  test('rows are counted through the whole trace', () => {
    expect(complaint(guest().event('tableWrite', 2, LEAF, B), 70_000)).toMatch(/^row 70005: /);
  });
});

describe('is no contradiction', () => {
  test('what is shown again as it was, but for the bits that the hardware sets', () => {
    expect(complaint(guest().event('tableSnapshot', 1, LEAF, A | ACCESSED | DIRTY))).toBe(null);
  });

  test('a table that was unlinked, and comes back as another one', () => {
    const trace = guest()
      .event('tableWrite', 2, entryAt(3, 0), 0)
      .event('tableWrite', 3, entryAt(2, 1), entry(LEAF_TABLE, TABLE)) // a level-2 table now
      .event('tableSnapshot', 2, LEAF, B)
      .event('tableWrite', 2, LEAF, 0);
    expect(complaint(trace)).toBe(null);
  });

  test('a table of a root that is no longer in use, shown as a root itself', () => {
    const trace = guest()
      .event('tableSnapshot', 4, entryAt(50, 0), entry(51, TABLE))
      .event('cr3Write', 50 * 4096)
      .event('tableSnapshot', 4, LEAF, B);
    expect(complaint(trace)).toBe(null);
  });

  test('a root that maps itself, and so is a table of every level', () => {
    const trace = guest()
      .event('tableWrite', 4, entryAt(ROOT, 511), entry(ROOT, TABLE))
      .event('tableWrite', 3, entryAt(ROOT, 7), 0)
      .event('tableWrite', 4, entryAt(ROOT, 7), 0);
    expect(complaint(trace)).toBe(null);
  });

  test('a large page where a table was', () => {
    const trace = guest()
      .event('tableWrite', 2, entryAt(3, 0), entry(LEAF_TABLE, TABLE | 0x80n))
      .event('tableWrite', 3, entryAt(LEAF_TABLE, 5), 0);
    expect(complaint(trace)).toBe(null);
  });

  test.each(['syscall', 'pgfault', 'ptemod'] as const)('what the generator %s makes', (name) => {
    const records = new TableRecords();
    for (const batch of generateEvents(name, {
      operations: 2000,
      ...(name === 'syscall' ? { kpti: 1 } : {}),
    }).batches())
      records.check(batch, 0);
  });
});

describe('a file with a contradiction', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vmmu-tables-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('is refused while it is read: exit 2', async () => {
    const trace = guest().event('tableWrite', 3, LEAF, B);
    const batch = trace.batch();
    const path = join(folder, 'contradiction.arrows');
    const header = { ...HEADER, characteristics: FULL_SYSTEM };
    await writeTrace(path, { header, pages: trace.pages, batches: () => [batch] });
    const read = async (): Promise<void> => {
      for await (const { length } of (await openAnyTrace(path)).batches()) expect(length).toBeGreaterThan(0);
    };
    await expect(read()).rejects.toThrow(TraceError);
    const message =
      /contradiction\.arrows: row 5: found tableWrite of level 3 in the table at 0x4000; expected level 1/;
    for (const command of ['trace info', 'run'])
      await expectRefusal(folder, `${command} contradiction.arrows`, message);
  });
});
