import { describe, expect, test } from 'vitest';
import { comparisons, verdict } from '../../src/report/summary.js';
import { resultRow } from '../../src/report/result-row.js';
import { cell, config, levels, rowsOf } from './rows.js';

const [native, shadow, nested] = rowsOf();

describe('comparisons', () => {
  test('one for each trace, machine and page sizes, with bare metal in each', () => {
    const hugeHost = { ...config, host: { ...config.host, pages: '2m' as const } };
    const other = rowsOf({ config: hugeHost }).slice(1);
    const found = comparisons([native, shadow, nested, ...other, ...rowsOf({ trace: 'stack' })]);
    expect(
      found.map(({ trace, hostPages, lines }) => [trace, hostPages, lines.map(({ row }) => row.strategy)]),
    ).toEqual([
      ['queue', '4k', ['native', 'shadow', 'nested']],
      ['queue', '2m', ['native', 'shadow', 'nested']],
      ['stack', '4k', ['native', 'shadow', 'nested']],
    ]);
  });

  test('the winner is the cheapest virtualized strategy, never bare metal', () => {
    expect(comparisons([native, shadow, nested])[0]!.winner).toBe(nested);
  });

  test('overhead is what comes on top of bare metal: 420 against 20 is 20 times more', () => {
    expect(comparisons([native, shadow, nested])[0]!.lines.map(({ timesNative }) => timesNative)).toEqual([1, 21, 16]);
  });

  test('without bare metal no overhead is claimed', () => {
    expect(comparisons([shadow, nested])[0]!.lines.map(({ timesNative }) => timesNative)).toEqual([null, null]);
  });
});

describe('break-even price of an exit', () => {
  test('100 000 cycles of walking against 100 exits: 1000 cycles', () => {
    expect(comparisons([shadow, nested])[0]!.breakEven).toEqual({
      kind: 'at',
      exitCycles: 1000,
      below: 'shadow',
      above: 'nested',
    });
    expect(verdict(comparisons([shadow, nested])[0]!)).toEqual([
      'nested wins, 23.8 % fewer cycles than shadow',
      'shadow wins while an exit costs less than 1,000 cycles, nested above; here it costs 2,000',
    ]);
  });

  test('who walks no more and exits less wins at every price', () => {
    const cheap = withExits(0);
    expect(comparisons([cheap, nested])[0]!.breakEven).toEqual({ kind: 'always', wins: 'shadow', loses: 'nested' });
  });

  test('with equal exits the cheaper walk wins at every price', () => {
    expect(comparisons([withExits(100), nested])[0]!.breakEven).toEqual({
      kind: 'always',
      wins: 'shadow',
      loses: 'nested',
    });
  });

  test('equal walks and equal exits are a tie', () => {
    const twin = { ...nested, strategy: 'shadow' as const };
    const [comparison] = comparisons([twin, nested]);
    expect(comparison!.winner).toBeNull();
    expect(verdict(comparison!)).toEqual(['a tie', 'shadow and nested cost the same, whatever an exit costs']);
  });

  test('one strategy alone is not compared', () => {
    expect(verdict(comparisons([native, shadow])[0]!)).toEqual(['no comparison: only native and shadow ran']);
  });
});

function withExits(hiddenFault: number): typeof shadow {
  const label = {
    trace: 'queue',
    exactness: 'exact',
    lines: false,
    config,
    strategy: 'shadow',
    virtualized: true,
  } as const;
  return resultRow(label, cell(levels('shadow', 1), { hiddenFault }));
}
