import { expect, test } from 'vitest';
import { errorCode, exitInfo1, qualification } from '../../src/explain/codes.js';
import { entryFields, entryFlags } from '../../src/explain/entry-fields.js';
import { halvesOf } from '../../src/explain/hex.js';
import { mappingTables } from '../../src/explain/mapping.js';
import { FORMATS, type FormatName } from '../../src/memory/formats/index.js';
import { DEFAULT_CONTROLS, Dimension, type PagingControls } from '../../src/mmu/dimension.js';
import { configFor, firstWalk, mapping, referencesOf, REQUEST } from './walks.js';

type Row = readonly [
  format: FormatName,
  level: number,
  value: bigint,
  flags: string,
  controls?: Partial<PagingControls>,
];

/** Intel SDM vol. 3A tables 4-5, 4-6, 4-8 to 4-11, 4-15 to 4-20; vol. 3C tables 29-1 to 29-7. */
const TABLE: readonly Row[] = [
  ['4level', 4, 0x1027n, 'P W U A'],
  ['4level', 1, 0n, 'not present'],
  ['4level', 1, 0xffff_fffen, 'not present'],
  ['4level', 1, 0x8000_0000_0000_11ffn, 'P W U PWT PCD A D PAT G NX'],
  ['4level', 2, 0x20_11e7n, 'P W U A D PS G PAT'],
  ['4level', 2, 0x1000_0063n, 'P W A'],
  ['4level', 3, 0x4000_20e7n, 'P W U A D PS RSVD'],
  ['4level', 4, 0x10a7n, 'P W U A RSVD'],
  ['4level', 1, 0x1_0000_0000_0001n, 'P RSVD'],
  ['4level', 1, 0x8000_0000_0000_1001n, 'P RSVD', { nxe: false }],
  ['4level', 1, 0x2800_0000_0000_1007n, 'P W U PKEY 5', { pke: true }],
  ['4level', 3, 0x80n + 1n, 'P RSVD', { page1gb: false }],
  ['pae', 3, 0x1019n, 'P PWT PCD'],
  ['pae', 3, 0x1021n, 'P RSVD'],
  ['32bit', 2, 0x40_01e7n, 'P W U A D PS G'],
  ['32bit', 2, 0x60_0087n, 'P W U PS RSVD'],
  ['ept', 4, 0x1107n, 'R W X A'],
  ['ept', 1, 0x1337n, 'R W X A D WB'],
  ['ept', 1, 0x1041n, 'R UC IPAT'],
  ['ept', 2, 0x20_00b5n, 'R X PS WB'],
  ['ept', 1, 0x1437n, 'R W X UX WB', { modeBasedExecute: true }],
  ['ept', 1, 0x1337n, 'R W X WB', { eptAccessedDirty: false }],
  ['ept', 1, 0x1032n, 'W WB RSVD'],
  ['ept', 1, 0x1011n, 'R type 2 RSVD'],
];

const CASES = TABLE.map(([name, level, value, flags, controls = {}]) => ({ name, level, value, flags, controls }));

test.each(CASES)('$name level $level entry $value has the flags $flags', ({ name, level, value, flags, controls }) => {
  const tables = new Dimension(FORMATS[name], 0, { ...DEFAULT_CONTROLS, ...controls });
  expect(entryFlags(tables, level, ...halvesOf(`${value}`)).join(' ')).toBe(flags);
});

test.each(CASES)('the fields of $name level $level entry $value tile it', ({ name, level, value, controls }) => {
  const tables = new Dimension(FORMATS[name], 0, { ...DEFAULT_CONTROLS, ...controls });
  const fields = entryFields(tables, level, ...halvesOf(`${value}`));
  expect(fields[0]!.high).toBe(8 * FORMATS[name].entryBytes - 1);
  expect(fields.at(-1)!.low).toBe(0);
  for (const [at, field] of fields.slice(1).entries()) expect(field.high).toBe(fields[at]!.low - 1);
  expect(fields.reduce((sum, field) => sum | (BigInt(field.value) << BigInt(field.low)), 0n)).toBe(value);
});

/** Bits, highest first, each with its value: as SDM vol. 3A, figures 4-11 and 4-4, and vol. 3C, table 29-7, have them. */
test.each([
  [
    '4level',
    1,
    0x8000_0000_1234_5167n,
    '63 NX 0x1 / 62:52 ignored 0x0 / 51:48 reserved 0x0 / 47:12 address 0x12345 / 11:9 ignored 0x0 / 8 G 0x1 / 7 PAT 0x0 / ' +
      '6 D 0x1 / 5 A 0x1 / 4 PCD 0x0 / 3 PWT 0x0 / 2 U 0x1 / 1 W 0x1 / 0 P 0x1',
  ],
  [
    '32bit',
    2,
    0x40_20e7n,
    '31:22 address 0x1 / 21 reserved 0x0 / 20:13 upper address 0x1 / 12 PAT 0x0 / 11:9 ignored 0x0 / 8 G 0x0 / 7 PS 0x1 / ' +
      '6 D 0x1 / 5 A 0x1 / 4 PCD 0x0 / 3 PWT 0x0 / 2 U 0x1 / 1 W 0x1 / 0 P 0x1',
  ],
  [
    'ept',
    4,
    0x1107n,
    '63:52 ignored 0x0 / 51:48 reserved 0x0 / 47:12 address 0x1 / 11:9 ignored 0x0 / 8 A 0x1 / 7:3 reserved 0x0 / 2 X 0x1 / ' +
      '1 W 0x1 / 0 R 0x1',
  ],
  ['pae', 2, 0x8000_0000_0000_1000n, '63:1 ignored 0x4000000000000800 / 0 P 0x0'],
] as const)('an entry of %s, level %i, is taken apart from its highest bit', (name, level, value, fields) => {
  const tables = new Dimension(FORMATS[name], 0);
  const found = entryFields(tables, level, ...halvesOf(`${value}`)).map(
    ({ name, high, low, value }) => `${high === low ? high : `${high}:${low}`} ${name} ${value}`,
  );
  expect(found.join(' / ')).toBe(fields);
});

test('an address is told whole, however its bits lie', () => {
  const meaningsOf = (name: FormatName, level: number, value: bigint): string[] =>
    entryFields(new Dimension(FORMATS[name], 0), level, ...halvesOf(`${value}`))
      .filter((field) => field.name.endsWith('address'))
      .map(({ meaning }) => meaning);
  expect(meaningsOf('4level', 2, 0x60_00e7n)).toEqual(['2 MiB page at 0x600000']);
  expect(meaningsOf('4level', 4, 0x1_2345_6027n)).toEqual(['table at 0x123456000']);
});

test('codes are told by the names of their bits', () => {
  expect(errorCode(0x17, 'fetch')).toEqual({
    value: '0x17',
    bits: ['P', 'W', 'U', 'I/D'],
    meaning: 'user fetch: not permitted',
  });
  expect(errorCode(0, 'read').meaning).toBe('supervisor read: an entry is not present');
  expect(errorCode(0x25, 'read').meaning).toBe('user read: forbidden by the protection key');
  expect(exitInfo1(2 ** 33 + 6)).toEqual({
    value: '0x200000006',
    bits: ['W', 'U', 'bit 33: guest table'],
    meaning: "user write: an entry is not present; on the way to an entry of the guest's tables",
  });
  expect(qualification(0x18a)).toEqual({
    value: '0x18a',
    bits: ['write', 'R', 'linear address valid', 'final address'],
    meaning: 'write of the data; the EPT entries on the way grant R',
  });
});

test('the entries of a mapping are decoded by its own tables: an EPT entry has rights, a PAE one no execution', () => {
  const request = { ...REQUEST, guest: 'pae', host: 'ept' } as const;
  const tables = mappingTables(request, configFor(request));
  const namesOf = (dimension: 'guest' | 'nested'): string[] => {
    const step = referencesOf(firstWalk(mapping(request))).findLast((one) => one.dimension === dimension)!;
    return entryFields(tables[dimension], step.level, ...halvesOf(step.value)).map(({ name }) => name);
  };
  expect(namesOf('nested').slice(-5)).toEqual(['IPAT', 'type', 'X', 'W', 'R']);
  expect(namesOf('guest')[0]).toBe('NX');
});
