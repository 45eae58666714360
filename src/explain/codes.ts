/** The codes that faults report, by the names of their bits. */
import { hex } from './hex.js';
import type { Access, Code } from './step.js';

const ERROR_BITS = ['P', 'W', 'U', 'RSVD', 'I/D', 'PK'] as const;
/** Intel SDM vol. 3C, table 28-7. */
const QUALIFICATION_BITS = [
  'read',
  'write',
  'fetch',
  'R',
  'W',
  'X',
  'UX',
  'linear address valid',
  'final address',
  'guest: user page',
  'guest: writable',
  'guest: no execute',
] as const;

/** Page-fault error code: Intel SDM vol. 3A, 4.7. The access is given, because I/D is not reported by every mode. */
export function errorCode(value: number, access: Access['type']): Code {
  return { value: hex(value), bits: bitsOf(ERROR_BITS, value), meaning: errorMeaning(value, access) };
}

/** EXITINFO1 of a nested page fault: AMD APM vol. 2, 15.25.6. */
export function exitInfo1(value: number): Code {
  const low = value % 2 ** 32;
  const table = value >= 2 ** 33;
  return {
    value: hex(value),
    bits: [...bitsOf(ERROR_BITS, low), table ? 'bit 33: guest table' : 'bit 32: final address'],
    meaning: `${errorMeaning(low, typeIn(low))}; ${table ? "on the way to an entry of the guest's tables" : 'of the data'}`,
  };
}

export function qualification(value: number): Code {
  const access = ['read', 'write', 'fetch'].filter((_, bit) => ((value >> bit) & 1) !== 0).join(' and ');
  const granted = ['R', 'W', 'X', 'UX'].filter((_, bit) => ((value >> (3 + bit)) & 1) !== 0).join(' ');
  const what = (value & 0x80) === 0 ? 'PDPTEs' : (value & 0x100) === 0 ? "an entry of the guest's tables" : 'the data';
  return {
    value: hex(value),
    bits: bitsOf(QUALIFICATION_BITS, value),
    meaning: `${access} of ${what}; the EPT entries on the way grant ${granted === '' ? 'nothing' : granted}`,
  };
}

function bitsOf(names: readonly string[], value: number): string[] {
  return names.filter((_, bit) => ((value >> bit) & 1) !== 0);
}

function typeIn(code: number): Access['type'] {
  return (code & 16) !== 0 ? 'fetch' : (code & 2) !== 0 ? 'write' : 'read';
}

function errorMeaning(code: number, access: Access['type']): string {
  const who = (code & 4) === 0 ? 'supervisor' : 'user';
  const why =
    (code & 8) !== 0
      ? 'a reserved bit is set'
      : (code & 32) !== 0
        ? 'forbidden by the protection key'
        : (code & 1) !== 0
          ? 'not permitted'
          : 'an entry is not present';
  return `${who} ${access}: ${why}`;
}
