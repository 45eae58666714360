/** Numbers as people read them: thousands separated, a fixed number of decimals, a dash for what is not there. */

export const NONE = '–';

export function whole(value: number): string {
  return decimal(value, 0);
}

export function decimal(value: number, digits: number): string {
  return formatOf(digits).format(value);
}

/** To make one takes longer than to use it a hundred times. */
const formats = new Map<number, Intl.NumberFormat>();

function formatOf(digits: number): Intl.NumberFormat {
  const known = formats.get(digits);
  if (known !== undefined) return known;
  const made = new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  formats.set(digits, made);
  return made;
}

/** A dash for nothing at all, so that what occurs stands out. */
export function ratio(part: number, of: number, digits: number): string {
  return part === 0 || of === 0 ? NONE : decimal(part / of, digits);
}

/** A share of one in percent. */
export function percent(share: number): string {
  return `${decimal(100 * share, 1)} %`;
}
