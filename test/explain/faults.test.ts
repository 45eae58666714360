import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/errors.js';
import { BREAKS, type Break, type MappingRequest } from '../../src/explain/mapping-choices.js';
import { walksOf, type Happening, type ReferenceStep, type Walk } from '../../src/explain/step.js';
import { LONG } from '../long.js';
import { firstWalk, mapping, referencesOf } from './walks.js';

const GUESTS: readonly Partial<MappingRequest>[] = [
  { guest: '32bit' },
  { guest: '32bit', guestPage: '4m' },
  { guest: 'pae' },
  { guest: 'pae', guestPage: '2m' },
  { guest: '4level' },
  { guest: '4level', guestPage: '1g' },
  { guest: '5level', guestPage: '2m' },
];
const HOSTS: readonly Partial<MappingRequest>[] = [
  { host: 'none' },
  { host: 'npt' },
  { host: 'npt', hostMode: '32bit' },
  { host: 'npt', hostMode: 'pae' },
  { host: 'ept' },
  { host: 'ept', hostPage: '1g' },
];
const MAPPINGS = HOSTS.flatMap((host) => [
  ...GUESTS.map((guest) => ({ ...guest, ...host })),
  ...(host.host === 'none' ? [] : [{ guest: 'none', ...host } as const]),
]);

/** The walk with an entry broken; null where the entry has no such bit. */
function broken(asked: Partial<MappingRequest>, fault: Break): Walk | null {
  try {
    return firstWalk(mapping({ ...asked, fault }));
  } catch (error) {
    if (error instanceof UsageError && error.message.includes('has no such bit')) return null;
    throw error;
  }
}

/** The first reference to the entry that reference `number` reads: nested walks have their upper entries in common. */
function firstTo(whole: readonly ReferenceStep[], number: number): ReferenceStep {
  const { address } = whole[number - 1]!;
  return whole.find((step) => step.address === address)!;
}

/** The last reference of the walk, of the guest's tables or of one nested walk, that a reference is part of. */
function lastOf(whole: readonly ReferenceStep[], step: ReferenceStep): number {
  return whole.findLast(({ dimension, serves }) => dimension === step.dimension && serves === step.serves)!.number;
}

const guestsReceiver = ({ host }: Partial<MappingRequest>): string =>
  host === 'none' ? 'the operating system' : 'the guest (no VM exit)';

/** That the walk ended at a reference, told to the right one, with the right bits. */
function expectFault(walk: Walk, at: ReferenceStep, asked: Partial<MappingRequest>, kind: Break['kind']): void {
  const { end } = walk;
  const reserved = kind === 'reserved-bit';
  const present = kind !== 'not-present';
  if (at.dimension === 'guest') {
    if (end.kind !== 'pageFault') throw new Error(`ended in ${end.kind}`);
    expect(end.receiver).toBe(guestsReceiver(asked));
    expect([end.errorCode.bits.includes('P'), end.errorCode.bits.includes('RSVD')]).toEqual([present, reserved]);
    return;
  }
  const data = at.serves === 'data';
  if (end.kind === 'nestedPageFault') {
    const { bits } = end.exitInfo1;
    expect([bits.includes('P'), bits.includes('RSVD')]).toEqual([present, reserved]);
    expect(bits.at(-1)).toBe(data ? 'bit 32: final address' : 'bit 33: guest table');
  } else if (end.kind === 'eptViolation') {
    const { bits } = end.qualification;
    expect(reserved).toBe(false);
    expect([bits.includes('R'), bits.includes('W'), bits.includes('final address')]).toEqual([present, false, data]);
  } else expect([end.kind, reserved]).toEqual(['eptMisconfiguration', true]);
  expect('receiver' in end && end.receiver).toBe('the VMM');
}

describe.each(MAPPINGS)('$guest $guestPage on $host $hostMode $hostPage', (asked) => {
  const whole = referencesOf(firstWalk(mapping(asked)));
  const tried = whole.filter((_, at) => LONG || at % 3 === 0 || at === whole.length - 1);

  test.each(['not-present', 'reserved-bit'] as const)(
    'an entry broken as %s ends the walk where it is read',
    (kind) => {
      for (const type of ['read', 'write'] as const)
        for (const { number } of tried) {
          const walk = broken({ ...asked, type }, { reference: number, kind });
          if (walk === null) continue;
          const at = firstTo(whole, number);
          const made = referencesOf(walk);
          expect(made.map(({ address }) => address)).toEqual(whole.slice(0, at.number).map(({ address }) => address));
          expect(made.slice(0, -1)).toEqual(whole.slice(0, at.number - 1));
          expectFault(walk, at, asked, kind);
        }
    },
  );

  test('an entry that is write-protected refuses writes, which walks for entries of the guest are, too', () => {
    for (const type of ['read', 'write'] as const)
      for (const { number } of tried) {
        const walk = broken({ ...asked, type }, { reference: number, kind: 'write-protected' });
        if (walk === null) continue;
        const at = firstTo(whole, number);
        const ofTable = at.dimension === 'nested' && at.serves !== 'data';
        const refused = type === 'write' || ofTable;
        expect(walk.references).toBe(refused ? lastOf(whole, at) : whole.length);
        if (refused) expectFault(walk, at, asked, 'write-protected');
        else expect(walk.end).toMatchObject({ kind: 'translated', rights: ['read', 'fetch', 'user'] });
      }
  });
});

test('each of the 24 entries of a 4K-on-4K walk can be broken in each way', () => {
  for (const kind of BREAKS) for (let reference = 1; reference <= 24; reference++) broken({}, { reference, kind })!;
});

test.each([
  // 4-byte entries have a reserved bit in a 4-MiB page alone: SDM vol. 3A, table 4-4.
  [{ guest: '32bit', host: 'none' }, '1:reserved-bit', 'gL2, format 32bit', 'not-present, write-protected'],
  [{ guest: '32bit', host: 'none' }, '2:reserved-bit', 'gL1, format 32bit', 'not-present, write-protected'],
  // With 52 address bits all bits of a leaf of 4 KiB mean something or are ignored.
  [{ guest: '5level', host: 'none' }, '5:reserved-bit', 'gL1, format 5level', 'not-present, write-protected'],
  [{ host: 'ept' }, '24:reserved-bit', 'nL1, format ept', 'not-present, write-protected'],
  // A page-directory-pointer entry of PAE has no rights.
  [{ guest: 'pae', host: 'npt' }, '5:write-protected', 'gL3, format pae', 'not-present, reserved-bit'],
] as const)('%j: %s is refused, and what is allowed is said', (asked, text, where, allowed) => {
  const [reference, kind] = text.split(':') as [string, Break['kind']];
  expect(() => mapping({ ...asked, fault: { reference: Number(reference), kind } })).toThrow(
    `--fault: found ${text}; the entry (${where}) has no such bit; allowed: ${allowed}`,
  );
});

test('a number beyond the references of the walk is refused with how many there are', () => {
  const fault = { reference: 25, kind: 'not-present' } as const;
  expect(() => mapping({ fault })).toThrow('--fault: found reference 25; the walk without it makes references 1 to 24');
  expect(() => mapping({ host: 'none', guest: 'none', fault })).toThrow('makes no reference');
});

test('what is broken stays so: each repetition faults at it', () => {
  const leaf = referencesOf(firstWalk(mapping({}, '2d+ntlb'))).find(({ label }) => label === 'gL1')!;
  const { happenings } = mapping({ repeat: 2, fault: { reference: leaf.number, kind: 'not-present' } }, '2d+ntlb');
  expect(walksOf(happenings).map(({ end }) => end.kind)).toEqual(['pageFault', 'pageFault']);
});

describe('under shadow tables the entry is one of the guest', () => {
  const flat = (happenings: readonly Happening[]): Happening[] =>
    happenings.flatMap((one) => (one.event === 'action' ? [one, ...flat(one.then)] : [one]));

  test.each(BREAKS)(
    '%s: the VMM gets the exit, finds the fault in the tables of the guest, and reflects it',
    (kind) => {
      for (const reference of [1, 2, 3, 4]) {
        const happenings = flat(mapping({ host: 'shadow', type: 'write', fault: { reference, kind } }).happenings);
        const told = happenings.filter(({ event }) => event !== 'note');
        expect(told.map(({ event }) => event)).toEqual(['walk', 'action', 'exit', 'softwareWalk']);
        expect(told).toMatchObject([
          { end: { kind: 'pageFault', receiver: 'the VMM (VM exit)' } },
          { text: 'the guest handles the page fault' },
          { cause: 'guestFault' },
          {
            end: { kind: 'pageFault', receiver: 'the guest (by way of the VMM)' },
            references: kind === 'write-protected' ? 4 : reference,
          },
        ]);
      }
    },
  );

  test('a read of a page that is write-protected is filled without the right to write', () => {
    const { happenings } = mapping({ host: 'shadow', fault: { reference: 4, kind: 'write-protected' } });
    expect(walksOf(happenings).at(-1)!.end).toMatchObject({ kind: 'translated', rights: ['read', 'fetch', 'user'] });
  });
});

test('under shadow tables the entries that MOV to CR3 loads for a PAE guest cannot be broken', () => {
  const asked = { host: 'shadow', guest: 'pae' } as const;
  expect(() => mapping({ ...asked, fault: { reference: 1, kind: 'reserved-bit' } })).toThrow(
    '--fault: found reference 1; the walk without it makes references 2 to 3',
  );
  mapping({ ...asked, fault: { reference: 2, kind: 'reserved-bit' } });
});
