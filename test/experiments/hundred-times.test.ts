/** Whether the price table says what its parts say, and whether the page is what the command prints. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { priceTable, rowOf, type PriceRow } from '../../src/experiments/hundred-times/price-table.js';
import { GENERATIONS, type WayName } from '../../src/experiments/hundred-times/ways.js';
import type { OperationName } from '../../src/experiments/hundred-times/operations.js';
import { LONG } from '../long.js';
import { printedHere } from '../cli/in-process.js';

const ZEN2 = GENERATIONS.filter(({ machine }) => machine === 'amd-zen2');
let rows: PriceRow[];
beforeAll(() => {
  rows = priceTable(ZEN2, () => undefined);
});

const row = (operation: OperationName, way: WayName): PriceRow => rowOf(rows, operation, way, 'amd-zen2');

describe('exits of one operation', () => {
  test.each([
    ['cr3Load', 1, 0, 3],
    ['invlpg', 1, 0, 4], // INVLPGA
    ['cpuid', 1, 1, 3],
    ['io', 1, 1, 3],
    ['isolatedSystemCall', 2, 0, 6],
    ['systemCall', 0, 0, 0],
    ['taskPriority', 0, 0, 0],
    ['protectionFault', 3, 0, 9], // the fault, and CR3 on the way in and out
  ] as const)('%s: shadow %d, nested %d, shadow on nested %d', (operation, shadow, nested, stacked) => {
    const exits = (['shadow', 'nested', 'shadow-on-nested'] as const).map((way) => row(operation, way).exits);
    expect(exits).toEqual([shadow, nested, stacked]);
  });

  test('a kernel that runs its processes in the mode exits once where it was entered once, and 3 times in a virtual machine', () => {
    expect(row('systemCall', 'own kernel').exits).toBe(1);
    expect(row('systemCall', 'own kernel in a VM').exits).toBe(3);
    expect(row('pageFault', 'own kernel').exits).toBe(1);
  });
});

test('bare metal is the unit, and a multiple is one and what is added over it', () => {
  for (const { way, multiple, native, added } of rows) {
    if (multiple === null) continue;
    expect(multiple).toBe((native!.cycles + added) / native!.cycles);
    if (way === 'native') expect(multiple).toBe(1);
  }
});

if (LONG)
  test('the page in docs is what the command prints', async () => {
    const printed = await printedHere('reproduce hundred-times --quick --quiet --format markdown');
    expect(readFileSync('docs/hundred-times.md', 'utf8')).toBe(printed);
  });
