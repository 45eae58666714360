import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Product } from './product.js';
import { Dice, HOSTS, MODES, RandomMachine } from './random-machine.js';
import { loadPdptes, translate, type Done } from './translate.js';
import { LONG } from '../long.js';

/** More machines of each kind, for the full check. */
const RUNS = LONG ? 400 : 25;
const ACCESSES = 12;

/** How often each outcome was met: a generator that lost one would prove nothing of it. */
const met = new Map<string, number>();

const PAIRS = HOSTS.flatMap((host) => MODES.map((guest) => [guest, host] as const));

describe('on random tables, under random control bits, the walker does what the reference model does', () => {
  test.each(PAIRS)('guest %s, host %s: outcome, address, order of references, bits set', (guest, host) => {
    const hostility = fc.constantFrom(0, 0.02, 0.05, 0.15);
    fc.assert(
      fc.property(fc.integer(), hostility, fc.boolean(), (seed, hostile, early) => {
        const random = new RandomMachine({ guest, host, hostility: hostile, early }, new Dice(seed));
        expectAlike(random);
      }),
      { numRuns: RUNS },
    );
  });
});

function expectAlike(random: RandomMachine): void {
  const { machine, dice } = random;
  const watched = new Product(machine);
  const unwatched = new Product(machine, false);
  if (machine.guest.mode === 'pae' && (machine.host === null || machine.host.mode === 'ept')) {
    const wanted = loadPdptes(machine);
    expect(watched.loadPdptes(machine)).toEqual(wanted);
    expect(unwatched.loadPdptes(machine).outcome).toEqual(wanted.outcome);
    if (wanted.outcome['kind'] !== 'ok') return;
  }
  for (let turn = 0; turn < ACCESSES; turn++) {
    if (dice.chance(0.2)) {
      random.redraw();
      for (const product of [watched, unwatched]) product.control(machine.guest);
    }
    const access = random.access();
    const wanted = translate(machine, access);
    count(wanted);
    expect(watched.access(machine, access)).toEqual(wanted);
    expect(watched.walker.refs).toBe(wanted.reads.length);
    expect(unwatched.access(machine, access).outcome).toEqual(wanted.outcome);
    expect(unwatched.walker.refs).toBe(wanted.reads.length);
  }
  for (const [address, value] of machine.memory.words) {
    expect(watched.read(address)).toBe(value);
    expect(unwatched.read(address)).toBe(value);
  }
}

function count({ outcome }: Done): void {
  const { kind, errorCode, exitInfo1, guestPageSize, hostPageSize } = outcome;
  const bits = kind === 'pf' ? (errorCode as number) : kind === 'npf' ? Number(BigInt(exitInfo1 as string) & 0x1fn) : 0;
  const names = [
    String(kind),
    `${String(kind)} ${String(guestPageSize)}`,
    `${String(kind)} host ${String(hostPageSize)}`,
  ];
  for (const bit of [1, 2, 4, 8, 16, 32]) if ((bits & bit) !== 0) names.push(`${String(kind)} bit ${bit}`);
  for (const name of names) met.set(name, (met.get(name) ?? 0) + 1);
}

test('every outcome, bit of an error code and size of page was met', () => {
  const all = ['gp', 'eptViolation', 'eptMisconfig', ...[1, 2, 4, 8, 16, 32].map((bit) => `pf bit ${bit}`)];
  const sizes = [2 ** 12, 2 ** 21, 2 ** 22, 2 ** 30];
  all.push(...[1, 2, 4, 8, 16].map((bit) => `npf bit ${bit}`), ...sizes.map((size) => `ok ${size}`));
  all.push(...sizes.map((size) => `ok host ${size}`));
  expect(all.filter((name) => (met.get(name) ?? 0) === 0)).toEqual([]);
});
