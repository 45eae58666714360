import { describe, expect, test } from 'vitest';
import { explainRow } from '../../src/explain/trace-row.js';
import { walksOf, type Happening } from '../../src/explain/step.js';
import { STRATEGIES, STRATEGY_NAMES, type StrategyName } from '../../src/paging/index.js';
import { Cell } from '../../src/run/cell.js';
import { PROT } from '../../src/trace/event.js';
import type { TraceSource } from '../../src/trace/source.js';
import { configOf } from '../support/machine.js';
import { TraceBuilder, USER } from '../support/trace-builder.js';

const WRITABLE = PROT.read | PROT.write;
const PRIVATE = 0x22;

/** Faults of every kind: first touches, a write after a read, copy-on-write after fork, an unmapped page. */
const ROWS = 12;
function trace(): TraceSource {
  const builder = new TraceBuilder();
  builder.event('initialMapping', 0x1000, 16, WRITABLE, PRIVATE);
  builder.ref('read', 0x1000).ref('write', 0x1000, 3).ref('read', 0x1001).ref('write', 0x1000);
  builder.event('fork', 1);
  builder.ref('write', 0x1000).ref('write', 0x1002);
  builder.event('cpuid').event('munmap', 0x1000, 1);
  builder.ref('read', 0x1001).ref('read', 0x1000);
  const batch = builder.batch();
  const header = { name: 'made', characteristics: USER, source: { ran: '', captured: '' } };
  return { header, pages: builder.pages, batches: () => [batch] };
}

const caches = { walkCache: { organisation: 'uptc', entries: 24, ways: 0, dimensions: '2d', cycles: 1 } } as const;
const plain = configOf();
const config = { ...plain, machine: { ...plain.machine, ...caches } };

function exitsIn(happenings: readonly Happening[]): string[] {
  return happenings.flatMap((one) =>
    one.event === 'exit' ? [one.cause] : one.event === 'action' ? exitsIn(one.then) : [],
  );
}

async function explained(strategy: StrategyName, row: number) {
  return explainRow(trace(), row, strategy, config);
}

describe.each(STRATEGY_NAMES)('%s', (strategy) => {
  test.each(Array.from({ length: ROWS }, (_, row) => row))('explaining row %i changes no count', async (row) => {
    const { cell } = await explained(strategy, row);
    const source = trace();
    const { pages, header } = source;
    const quiet = new Cell({ strategy, characteristics: header.characteristics, config }, pages);
    for await (const batch of source.batches()) quiet.replay({ ...batch, length: row + 1 });
    expect(cell.result()).toEqual(quiet.result());
  });

  test('every exit of the trace is told at its row', async () => {
    const told: string[] = [];
    for (let row = 0; row < ROWS; row++) told.push(...exitsIn((await explained(strategy, row)).explanation.happenings));
    const { exits } = (await explained(strategy, ROWS - 1)).cell.result();
    const counted = Object.entries(exits).flatMap(([cause, count]) => Array.from({ length: count }, () => cause));
    // What a guest does before the first row, such as loading CR3, is of no row.
    const exitsAtCr3 = STRATEGIES[strategy].walks === 'shadow' || strategy === 'agile';
    const before = exitsAtCr3 ? ['cr3Write'] : [];
    expect([...told, ...before].sort()).toEqual(counted.sort());
  });
});

test('a first touch under shadow tables is a fault of the guest, then a hidden one', async () => {
  const { happenings } = (await explained('shadow', 1)).explanation;
  expect(exitsIn(happenings)[0]).toBe('guestFault');
  expect(exitsIn(happenings).at(-1)).toBe('hiddenFault');
  expect(walksOf(happenings).map(({ end }) => end.kind)).toEqual(['pageFault', 'pageFault', 'translated']);
  expect(happenings.slice(0, 2)).toMatchObject([{ found: 'miss' }, { found: 'miss' }]);
});

test('a write through a translation without the right is looked up, found wanting and walked again', async () => {
  const { happenings } = (await explained('nested', 2)).explanation;
  expect(happenings[0]).toMatchObject({ event: 'tlbLookUp', found: 'lacks right' });
  expect(walksOf(happenings)[0]!.end).toMatchObject({
    kind: 'pageFault',
    errorCode: { bits: ['P', 'W', 'U'] },
    receiver: 'the guest (no VM exit)',
  });
});

test('a hit makes no walk', async () => {
  const { happenings } = (await explained('native', 4)).explanation;
  expect(happenings).toMatchObject([{ event: 'tlbLookUp', found: 'hit' }]);
});

test('an event is told with its name, its operands, the writes it makes and the rows of references near it', async () => {
  const { title, source, happenings } = (await explained('shadow', 9)).explanation;
  expect(title).toBe('made, row 9: event munmap, page 0x1000, pages 1');
  expect(source).toMatchObject({ referenceBefore: 7, referenceAfter: 10 });
  expect(happenings[0]).toMatchObject({
    event: 'action',
    text: expect.stringMatching(/^the guest writes gL1\[0\] at/) as string,
  });
});

test('a row beyond the end is refused with the number of rows', async () => {
  await expect(explained('native', ROWS)).rejects.toThrow('--event: found 12; made has 12 rows, 0 to 11');
});
