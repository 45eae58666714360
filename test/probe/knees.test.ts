import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resolveConfig } from '../../src/config/resolve.js';
import type { Curve, Point } from '../../src/probe/curve.js';
import { knees, type Knees } from '../../src/probe/knees.js';
import { modelledCurve } from '../../src/probe/model.js';
import { apartOf, curveOf } from '../../src/probe/probe-file.js';
import { stored } from './stored.js';

const entries = ({ first, second }: Knees) => [first?.entries ?? null, second?.entries ?? null];

/** A curve of another program, in C, on another processor (Zen 5): its file says where from. */
const ZEN5 = (JSON.parse(readFileSync('test/probe/curves/zen5-table.json', 'utf8')) as { points: Curve }).points;

describe('entries of stored curves', () => {
  test('Zen 5, a table of a C program: 96 and 4096', () => {
    expect(entries(knees(ZEN5))).toEqual([96, 4096]);
  });

  test.each([
    { name: 'shared', first: 96, second: 2048 },
    { name: 'busy', first: 96, second: 2048 },
    { name: 'hogs', first: 96, second: 2048 },
    { name: 'overloaded', first: 96, second: null },
  ])('$name: $first and $second', ({ name, first, second }) => {
    const { small } = stored(name);
    expect(entries(knees(curveOf(small), apartOf(small)))).toEqual([first, second]);
  });
});

describe('laws', () => {
  const { curve: exact, apart } = modelledCurve(
    resolveConfig({ machine: 'intel-haswell' }, () => ''),
    8192,
  );
  const found = knees(exact, apart);
  const real = curve('shared');

  test('another clock changes times, and no entries', () =>
    fc.assert(
      fc.property(fc.double({ min: 0.2, max: 5, noNaN: true }), (factor) => {
        expect(entries(knees(real.map((point) => scaled(point, factor))))).toEqual(entries(knees(real)));
      }),
    ));

  test('what disturbs a footprint on a plateau changes nothing', () => {
    const on = exact.flatMap(({ spread }, at) =>
      exact.slice(at + 1).some((later) => later.spread.ns <= spread.ns) ? [at] : [],
    );
    expect(on.length).toBeGreaterThan(5);
    fc.assert(
      fc.property(fc.subarray(on), fc.double({ min: 0, max: 1000, noNaN: true }), (disturbed, ns) => {
        const noisy = exact.map((point, at) => (disturbed.includes(at) ? slower(point, ns) : point));
        expect(entries(knees(noisy, apart))).toEqual(entries(found));
      }),
    );
  });

  test('a flat curve has no knee, whatever the noise', () => {
    const noise = fc.double({ min: 0, max: 10, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(noise, noise), { minLength: real.length, maxLength: real.length }), (added) => {
        const most = Math.max(0.01, ...added.flat());
        const flat = real.map(({ pages }, at) => ({
          pages,
          spread: { ns: 1 + added[at]![0], noise: most },
          dense: { ns: 1 + added[at]![1], noise: most },
        }));
        expect(entries(knees(flat))).toEqual([null, null]);
      }),
    );
  });
});

test('where the noise is as large as a walk, the second level is not seen, and no number is given', () => {
  const noisy = curve('shared').map((point) =>
    point.pages > 128 ? { ...point, spread: { ns: point.spread.ns, noise: 3 } } : point,
  );
  const { first, second, why } = knees(noisy);
  expect(first?.entries).toBe(96);
  expect(second?.entries ?? null).toBeNull();
  expect(why.join()).toMatch(/^second level: /);
});

test('a step that comes sooner where pages lie apart is of table entries in data caches', () => {
  const { curve: exact, apart } = modelledCurve(
    resolveConfig({ machine: 'intel-prescott' }, () => ''),
    8192,
  );
  expect(knees(exact).second).not.toBeNull();
  expect(knees(exact, apart).second).toBeNull();
  expect(knees(exact, apart).why.join()).toContain('comes sooner where pages lie apart');
});

function curve(name: string): Curve {
  return curveOf(stored(name).small);
}

function scaled({ pages, spread, dense }: Point, factor: number): Point {
  const time = ({ ns, noise }: Point['spread']) => ({ ns: ns * factor, noise: noise * factor });
  return { pages, spread: time(spread), dense: time(dense) };
}

function slower({ pages, spread, dense }: Point, ns: number): Point {
  return { pages, spread: { ...spread, ns: spread.ns + ns }, dense };
}
