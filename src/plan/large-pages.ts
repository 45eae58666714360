/** How much of memory gets the large pages that it is to have: of the host, and of the guest. */
import type { Host, Vm } from './fleet.js';
import { input, type Input } from './inputs.js';
import { times } from './range.js';

export function hugeOf({ name, hugePercent }: Host): Input {
  return input(
    `${name}: share of memory that large host pages can back`,
    times(hugePercent, 0.01),
    'given, or four fifths to all',
  );
}

export function thpOf({ name, thpPercent }: Vm): Input {
  return input(`${name}: share of misses and memory that THP backs`, times(thpPercent, 0.01), 'given, or half to all');
}
