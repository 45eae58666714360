/** Paravirtual paging: hand-worked changes of tables, and the entries into the VMM that a paravirtual Linux makes for them. */
import { describe, expect, test } from 'vitest';
import { ACCESS, OUTCOME, RIGHT } from '../../src/paging/strategy.js';
import { Cell } from '../../src/run/cell.js';
import { MAP_FLAG, PROT } from '../../src/trace/event.js';
import { ACCESSED, DIRTY, entry, entryAt, handGuest, LEAF_TABLE, PWU, ROOT } from '../support/hand-guest.js';
import { configOf } from '../support/machine.js';
import { TraceBuilder, USER } from '../support/trace-builder.js';

const TABLE = PWU | ACCESSED;
const PAGE = TABLE | DIRTY;
const READ_ONLY = PAGE & ~2n;
/** Another address space: its root, and the tables below it. */
const [OTHER, OTHER3, OTHER2, OTHER1] = [31, 32, 33, 34];
const KERNEL_PAGE = 0xffff888000000;

/** A guest whose first address space is pinned and loaded. */
function running() {
  const guest = handGuest('direct');
  const { trace, cell, run } = guest;
  trace.event('cr3Write', ROOT * 4096);
  run('multicall', 'mmuextOp');
  const set = (page: number, value: bigint, table = LEAF_TABLE): unknown =>
    trace.event('tableWrite', 1, entryAt(table, page), value);
  const clear = (page: number): unknown => set(page, 0n);
  /** How much some counts grow over a step. */
  const grown = (step: () => void, ...names: string[]): number[] => {
    const before = { ...cell.paging.details };
    step();
    return names.map((name) => cell.paging.details![name]! - before[name]!);
  };
  /** The tables of another space, as a trace shows them when it is loaded first. */
  const otherTables = (): void => {
    trace.event('tableSnapshot', 4, entryAt(OTHER, 0), entry(OTHER3, TABLE));
    trace.event('tableSnapshot', 3, entryAt(OTHER3, 0), entry(OTHER2, TABLE));
    trace.event('tableSnapshot', 2, entryAt(OTHER2, 0), entry(OTHER1, TABLE));
  };
  return { ...guest, set, clear, grown, otherTables };
}

describe('an address space', () => {
  test('is pinned when it is loaded first: two roots and one leaf table, in one multicall, five tables validated', () => {
    const { cell } = running();
    // Read-only: levels 3, 2, 1 and two roots. Pinned: level 1 and two roots. A pin follows each of the last three.
    expect(cell.paging.details).toMatchObject({
      level4Pins: 2,
      level1Pins: 1,
      validatedTables: 5,
      multicallEntries: 8,
    });
  });

  test('is loaded again with one call, and loading the one that is loaded is a flush', () => {
    const { trace, run, otherTables, grown } = running();
    otherTables();
    trace.event('cr3Write', OTHER * 4096);
    run('multicall', 'mmuextOp');
    trace.event('cr3Write', ROOT * 4096);
    run('mmuextOp');
    trace.event('cr3Write', ROOT * 4096);
    expect(grown(() => run('mmuextOp'), 'baseLoads', 'localFlushes')).toEqual([0, 1]);
  });

  test('that ends is unpinned first, and its entries are cleared without the VMM', () => {
    const { trace, cell, run, set, clear, otherTables } = running();
    for (const page of [5, 6]) set(page, entry(100 + page, PAGE));
    run('mmuUpdate', 'mmuUpdate');
    for (const page of [5, 6]) clear(page);
    trace.event('tableWrite', 2, entryAt(3, 0), 0n);
    trace.event('tableWrite', 3, entryAt(2, 0), 0n);
    trace.event('tableWrite', 4, entryAt(ROOT, 0), 0n);
    run(); // not known yet
    otherTables();
    trace.event('cr3Write', OTHER * 4096);
    run('multicall', 'multicall', 'mmuextOp'); // unpinned; the other pinned and loaded
    expect(cell.paging.details).toMatchObject({ unpins: 3, wordStores: 0 });
  });

  test('that is replaced by exec ends while another is loaded', () => {
    const { trace, run, set, clear, otherTables } = running();
    set(5, entry(100, PAGE));
    otherTables();
    trace.event('cr3Write', OTHER * 4096);
    run('mmuUpdate', 'multicall', 'mmuextOp');
    clear(5);
    trace.event('tableWrite', 2, entryAt(3, 0), 0n);
    run('multicall');
  });
});

describe('an entry of a leaf table in use', () => {
  test('set after a fault: the fault is bounced, its return a hypercall, the entry one more', () => {
    const { trace, cell, run, set } = running();
    trace.event('pageFault', 5 * 4096);
    set(5, entry(100, PAGE));
    run('bouncedFault', 'iret', 'mmuUpdate');
    expect(cell.paging.details).toMatchObject({ toggles: 2, singleUpdates: 1, mmuUpdateEntries: 1 });
  });

  test('copied on write: a trapped store, a call for INVLPG, a call for the new entry', () => {
    const { trace, cell, run, set, clear } = running();
    set(5, entry(100, READ_ONLY));
    run('mmuUpdate');
    clear(5);
    trace.event('invlpg', 5 * 4096);
    set(5, entry(101, PAGE));
    run('trappedTableWrite', 'mmuextOp', 'mmuUpdate');
    expect(cell.paging.details).toMatchObject({ wordStores: 1, byteStores: 0 });
  });

  test('unmapped: a trapped store for each, known as such at the flush', () => {
    const { trace, run, set, clear } = running();
    for (let page = 0; page < 40; page++) set(page, entry(100 + page, PAGE));
    run(...Array<'mmuUpdate'>(40).fill('mmuUpdate'));
    for (let page = 0; page < 40; page++) clear(page);
    trace.event('cr3Write', ROOT * 4096);
    run(...Array<'trappedTableWrite'>(40).fill('trappedTableWrite'), 'mmuextOp');
  });

  test('changed by mprotect: batches of up to 31 that preserve accessed and dirty bits', () => {
    const { trace, run, set, clear, grown } = running();
    for (let page = 0; page < 64; page++) set(page, entry(100 + page, PAGE));
    run(...Array<'mmuUpdate'>(64).fill('mmuUpdate'));
    for (let page = 0; page < 64; page++) {
      clear(page);
      set(page, entry(100 + page, READ_ONLY));
    }
    trace.event('cr3Write', ROOT * 4096);
    const step = () => run('mmuUpdate', 'mmuUpdate', 'mmuUpdate', 'mmuextOp');
    expect(grown(step, 'preservingEntries', 'fullUpdates', 'wordStores')).toEqual([64, 2, 0]); // 31 + 31 + 2
  });

  test("write-protected by fork: one byte; the child's entries go in a batch to tables that are not in use", () => {
    const { trace, run, set, grown, otherTables } = running();
    for (const page of [5, 6]) set(page, entry(100 + page, PAGE));
    run('mmuUpdate', 'mmuUpdate');
    for (const page of [5, 6]) set(page, entry(100 + page, READ_ONLY));
    trace.event('cr3Write', ROOT * 4096);
    expect(grown(() => run('trappedTableWrite', 'trappedTableWrite', 'mmuextOp'), 'byteStores')).toEqual([2]);
    otherTables();
    for (const page of [5, 6])
      trace.event('tableSnapshot', 1, entryAt(OTHER1, page), entry(100 + page, READ_ONLY & ~ACCESSED));
    trace.event('cr3Write', OTHER * 4096);
    expect(grown(() => run('mmuUpdate', 'multicall', 'mmuextOp'), 'plainEntries')).toEqual([2]);
  });

  test('moved: the old place traps, the new one is an entry of a batch', () => {
    const { trace, run, set, clear } = running();
    for (const page of [5, 6]) set(page, entry(100 + page, PAGE));
    run('mmuUpdate', 'mmuUpdate');
    for (const page of [5, 6]) {
      clear(page);
      set(page + 10, entry(100 + page, PAGE));
    }
    trace.event('invlpg', 5 * 4096);
    run('trappedTableWrite', 'trappedTableWrite', 'mmuUpdate', 'mmuextOp');
  });
});

describe('a table', () => {
  test('that is linked into a space in use is made read-only and pinned, and freed the other way round', () => {
    const { trace, cell, run } = running();
    trace.event('tableWrite', 2, entryAt(3, 1), entry(40, TABLE));
    run('multicall', 'mmuUpdate');
    expect(cell.paging.details).toMatchObject({ level1Pins: 2, upperEntries: 1 });
    trace.event('tableWrite', 2, entryAt(3, 1), 0n).event('invlpg', 0x200 * 4096);
    run('mmuUpdate', 'multicall', 'mmuextOp');
    expect(cell.paging.details).toMatchObject({ unpins: 1, upperEntries: 2 });
  });

  test('of a root entry is written twice in one call: for kernel and user mode', () => {
    const { trace, run, grown } = running();
    trace.event('tableWrite', 4, entryAt(ROOT, 1), entry(40, TABLE));
    expect(grown(() => run('vaMappingUpdate', 'mmuUpdate'), 'upperEntries')).toEqual([2]);
  });

  test('cannot be written by the guest: the right is withheld, and the guest does not see that', () => {
    const { cell, run, set } = running();
    const { paging, platform } = cell;
    set(7, entry(LEAF_TABLE, PAGE));
    run('mmuUpdate');
    expect(paging.translate(7, ACCESS.read)).toBe(OUTCOME.translated);
    expect(paging.translation).toMatchObject({
      frame: platform.host.frameOf(LEAF_TABLE),
      rights: RIGHT.read | RIGHT.fetch,
    });
    expect(paging.readWord(LEAF_TABLE, 14)).toBe(Number(entry(LEAF_TABLE, PAGE)));
  });

  test('that the kernel stores to is written by the VMM; one that a user stores to is none any more', () => {
    const { cell, trace, run, set } = running();
    trace.event('tableWrite', 4, entryAt(ROOT, 0x111), entry(41, TABLE)); // where Linux maps all memory
    trace.event('tableWrite', 3, entryAt(41, 0), entry(42, TABLE));
    trace.event('tableWrite', 2, entryAt(42, 0), entry(43, TABLE));
    trace.event('tableWrite', 1, entryAt(43, LEAF_TABLE), entry(LEAF_TABLE, PAGE));
    cell.replay(trace.batch());
    expect(cell.paging.translate(KERNEL_PAGE + LEAF_TABLE, ACCESS.write)).toBe(OUTCOME.emulated);
    set(7, entry(LEAF_TABLE, PAGE));
    run('mmuUpdate');
    expect(cell.paging.translate(7, ACCESS.write)).toBe(OUTCOME.translated);
    expect(cell.paging.translation.rights & RIGHT.write).toBe(RIGHT.write);
  });

  test('holds machine frames, as the hardware walks it; a large leaf has become 4 KiB ones', () => {
    const { cell, trace } = running();
    const { paging, platform } = cell;
    const large = entry(512, PAGE | 0x80n);
    trace.event('tableWrite', 2, entryAt(3, 2), large);
    cell.replay(trace.batch());
    expect(paging.translate(0x400 + 3, ACCESS.write)).toBe(OUTCOME.translated);
    expect(paging.translation).toMatchObject({ frame: platform.host.frameOf(515), pageShift: 12, guestShift: 21 });
    expect(paging.readWord(3, 4)).toBe(Number(large));
    expect(platform.memory.read(platform.host.frameOf(2), 0) >>> 12).toBe(platform.host.frameOf(3) % 2 ** 20);
  });
});

test('a large leaf that is replaced is forgotten: its frames become tables without an effect on the new one', () => {
  const { cell, trace } = running();
  const { paging, platform } = cell;
  const free = platform.vmmFrames.allocate();
  platform.vmmFrames.release(free);
  trace.event('tableWrite', 2, entryAt(3, 2), entry(512, PAGE | 0x80n));
  trace.event('tableWrite', 2, entryAt(3, 2), entry(1024, PAGE | 0x80n));
  trace.event('tableWrite', 2, entryAt(3, 5), entry(515, TABLE)).event('invlpg', 0x403 * 4096);
  cell.replay(trace.batch());
  expect(paging.translate(0x403, ACCESS.write)).toBe(OUTCOME.translated);
  expect(paging.translation).toMatchObject({ frame: platform.host.frameOf(1027) });
  expect(platform.vmmFrames.allocate()).toBe(free + 1); // one table of pieces is in use
});

describe('the kernel is entered through the VMM', () => {
  test('by a system call: to its tables and back, and the return is a hypercall', () => {
    const { trace, cell, run } = running();
    trace.event('systemCall', 0);
    run('bouncedSystemCall', 'iret');
    expect(cell.paging.details).toMatchObject({ toggles: 2 });
  });

  test('and instructions that need privilege trap or are hypercalls: nothing exits', () => {
    const { trace, cell, run } = running();
    trace.event('cpuid').event('rdmsr').event('interrupt');
    run('privilegedOperation', 'privilegedOperation', 'bouncedInterrupt', 'iret');
    expect(cell.result().counters.vmExits).toBe(0);
    expect(cell.result().counters.vmmEntries).toBe(6); // with the first load
  });
});

test('a user program: fork write-protects byte by byte and batches the copies, mprotect batches, munmap traps', () => {
  const trace = new TraceBuilder();
  const cell = new Cell({ strategy: 'direct', characteristics: USER, config: configOf() }, trace.pages);
  const { details } = cell.paging;
  const RW = PROT.read | PROT.write;
  trace.event('mmap', 0x10000, 4, RW, MAP_FLAG.anonymous);
  for (let page = 0; page < 4; page++) trace.ref('write', 0x10000 + page);
  cell.replay(trace.batch());
  expect(details).toMatchObject({ singleUpdates: 4 + 2, upperEntries: 2 + 1 + 1 }); // the root's two entries are one call
  trace.event('fork', 1);
  cell.replay(trace.batch());
  expect(details).toMatchObject({ byteStores: 4, plainEntries: 4, preservingEntries: 0 });
  trace.event('mprotect', 0x10000, 4, PROT.read).event('munmap', 0x10000, 2);
  cell.replay(trace.batch());
  expect(details).toMatchObject({ wordStores: 2 });
});
