import { expect, test } from 'vitest';
import { withBest } from '../../src/report/best.js';
import { FORMATS } from '../../src/report/formats.js';
import { comparisons } from '../../src/report/summary.js';
import { rowsOf } from './rows.js';

const rows = withBest([...rowsOf(), ...rowsOf({ trace: 'stack' })]);
const names = ({ strategy, chosen }: (typeof rows)[number]) => [strategy, chosen];

test('behind the rows of each trace stands that of its cheapest virtualized strategy, with its numbers and its name', () => {
  expect(rows.map(names)).toEqual([
    ...[
      ['native', null],
      ['shadow', null],
      ['nested', null],
      ['best', 'nested'],
    ], // 320 000 cycles against 420 000
    ...[
      ['native', null],
      ['shadow', null],
      ['nested', null],
      ['best', 'nested'],
    ],
  ]);
  expect(rows[3]).toEqual({ ...rows[2], strategy: 'best', chosen: 'nested' });
});

test('bounds and rows that did not run are not chosen, and what was chosen does not win against itself', () => {
  const [native, shadow, nested] = rowsOf();
  const uncached = { ...nested, strategy: 'nested-uncached' } as const;
  const excluded = { ...nested, exactness: 'excluded: no nested paging' };
  expect(withBest([native, shadow, uncached, excluded]).at(-1)).toMatchObject({ strategy: 'best', chosen: 'shadow' });
  expect(comparisons(withBest([native, shadow, nested, uncached]))[0]).toMatchObject({
    winner: { strategy: 'nested' },
    runnerUp: { strategy: 'shadow' },
  });
});

test('without a virtualized row there is nothing to choose', () => {
  const [native] = rowsOf();
  expect(withBest([native])).toEqual([native]);
});

test.each(['table', 'csv', 'json', 'markdown'] as const)('%s says which strategy it is', (format) => {
  const text = FORMATS[format].render(rows);
  expect(text).toMatch(/best \(nested\)|,best,.*,nested,|"strategy": "best",\s+"chosen": "nested"/);
});
