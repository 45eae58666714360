/** When is a conclusion called fragile? */
import { expect, test } from 'vitest';
import { exceptions, mean, turns, type Conclusion } from '../../src/experiments/sensitivity/conclusions.js';
import { total } from '../../src/experiments/sensitivity/costs.js';
import { BASE, inputs, type Input } from '../../src/experiments/sensitivity/inputs.js';

const PRICE: Input = {
  label: 'cycles of an exit',
  low: { ...BASE, value: '−50 %', exitPrice: 0.5 },
  high: { ...BASE, value: '+50 %', exitPrice: 1.5 },
};

/** Ratios of programs whose other side costs 100 cycles without exits. */
const conclusion = (...programs: { walking: number; vmm: number }[]): Conclusion => ({
  name: 'any',
  statement: 'any',
  ratio: 'any',
  cases: programs.map((cycles, at) => ({
    name: `program ${at}`,
    ratio: ({ exitPrice }) => total(cycles, exitPrice) / 100,
  })),
});

test('the price of exits moves the cycles of the VMM alone', () => {
  expect([0.5, 1, 1.5].map((price) => total({ walking: 30, vmm: 20 }, price))).toEqual([40, 50, 60]);
});

test('a program that comes to the other side of 1 turns round, at the end where it does', () => {
  const one = conclusion({ walking: 60, vmm: 60 }, { walking: 200, vmm: 60 }); // 0.9 and 2.3 at half the price
  expect(turns(one, [PRICE])).toEqual([{ input: PRICE.label, value: '−50 %', name: 'program 0', ratio: 0.9 }]);
  expect(exceptions(one)).toEqual([]);
});

test('a program that is on the other side and stays there is an exception, and no sign of fragility', () => {
  const one = conclusion({ walking: 20, vmm: 40 }, { walking: 200, vmm: 60 });
  expect(exceptions(one)).toEqual(['program 0']);
  expect(turns(one, [PRICE])).toEqual([]);
});

test('the mean of ratios is geometric: twice and half are 1', () => {
  expect(mean(conclusion({ walking: 200, vmm: 0 }, { walking: 50, vmm: 0 }), BASE)).toBeCloseTo(1, 12);
});

test('prices of exits go from half to one and a half times, sizes and shares to both sides of what the machine has', () => {
  const [price, wider, ...sizes] = inputs();
  expect([price!.low.exitPrice, price!.high.exitPrice]).toEqual([0.5, 1.5]);
  expect([wider!.low.exitPrice, wider!.high.exitPrice]).toEqual([1 / 3, 3]);
  for (const { low, high } of sizes) expect(Number(low.value)).toBeLessThan(Number(high.value));
});
