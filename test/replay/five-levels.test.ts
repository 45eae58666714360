/** Is a full-system trace replayed with the tables that its guest had, of five levels too? */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { streamCell, type CellSpec } from '../../src/run/cell.js';
import { writeTrace } from '../../src/trace/file-writer.js';
import { HEADER, handMade, type Row } from '../trace/hand-made.js';
import { expectRefusal, printed, temporaryFolder, vmmu } from '../cli/vmmu.js';
import { configOf } from '../support/machine.js';

const FLAGS = 0x67n;
const PAGE = 4096n;
const characteristics = { ...HEADER.characteristics, source: 'full-system', tableWrites: true } as const;
const header = { ...HEADER, name: 'five', characteristics };

const event = (kind: Row['kind'], ...operands: bigint[]): Row => ({ kind, space: 0, page: null, count: 0, operands });
const entry = (kind: Row['kind'], level: bigint, table: bigint, index: bigint, frame: bigint): Row =>
  event(kind, level, table * PAGE + 8n * index, frame * PAGE + FLAGS);

/** Tables of a guest in consecutive frames from the root on, which map page 1 to frame 0x200 at their end. */
const tables = (levels: number, root: bigint): Row[] => [
  ...Array.from({ length: levels }, (_, above) => {
    const level = levels - above;
    const table = root + BigInt(above);
    return entry('tableSnapshot', BigInt(level), table, level === 1 ? 1n : 0n, level === 1 ? 0x200n : table + 1n);
  }),
  event('cr3Write', root * PAGE),
];
const LEAVES = 0x104n;
const ROWS: Row[] = [
  ...tables(5, 0x100n),
  { kind: 'read', space: 0, page: 1, count: 3, operands: [0x200n * PAGE] },
  event('pageFault', 2n * PAGE),
  entry('tableWrite', 1n, LEAVES, 2n, 0x201n),
  { kind: 'write', space: 0, page: 2, count: 2, operands: [0x201n * PAGE] },
];
const folder = temporaryFolder();

describe('a guest with tables of five levels', () => {
  // (5 + 1)(4 + 1) - 1 under nested paging.
  test.each([
    ['native', 5],
    ['nested', 29],
    ['shadow', 5],
  ] as const)('%s: each walk makes %d references, to where the trace says', async (strategy, references) => {
    const spec: CellSpec = { strategy, characteristics, config: configOf({ guest: { mode: '5level' } }), audit: true };
    const { counters } = await streamCell(spec, handMade(ROWS, header));
    expect(counters.walkRefs).toBe(references * counters.walks);
    expect(counters).toMatchObject({ walks: 2, guestFaults: 1, untranslatedRuns: 0, physicalMismatches: 0, refs: 5 });
  });

  test('is excluded where the mode is of four, with the reason, and so is one of four where it is of five', async () => {
    await writeTrace(join(folder, 'five.arrows'), handMade(ROWS, header));
    await writeTrace(join(folder, 'four.arrows'), handMade(tables(4, 0x100n), { ...header, name: 'four' }));
    const run = 'run --strategy native --machine amd-zen5 --format csv --quiet';
    expect(await printed(folder, `${run} five.arrows`)).toContain(
      "excluded: the trace's own tables have 5 levels, and are no tables of mode 4level; take guest.mode=5level",
    );
    expect(await printed(folder, `${run} four.arrows --set guest.mode=5level`)).toContain(
      "excluded: the trace's own tables have 4 levels, and are no tables of mode 5level; take guest.mode=4level",
    );
    expect(await printed(folder, `${run} five.arrows --set guest.mode=5level`)).not.toContain('excluded');
  });

  test('that begins with four is refused where it goes over to five, and the cut that the message tells of is not', async () => {
    const rows = [...tables(4, 0x300n), ...ROWS, event('cr3Write', 0x100n * PAGE), ROWS.at(-1)!];
    await writeTrace(join(folder, 'both.arrows'), handMade(rows, { ...header, name: 'both' }));
    const run = ['run', '--strategy', 'native', '--machine', 'amd-zen5', '--format', 'csv', '--quiet'];
    await expectRefusal(
      folder,
      [...run, 'both.arrows'],
      'CR3 write 2: found a root of 5 levels; a guest of mode 4level has 4. Cut the trace there (vmmu trace cut --from event:cr3Write:3)',
    );
    const cut = await vmmu(folder, ['trace', 'cut', 'both.arrows', 'cut.arrows', '--from', 'event:cr3Write:3']);
    expect(cut).toMatchObject({ status: 0 });
    const { status, stdout } = await vmmu(folder, [...run, 'cut.arrows', '--set', 'guest.mode=5level']);
    expect({ status, excluded: stdout.includes('excluded') }).toEqual({ status: 0, excluded: false });
  });
});
