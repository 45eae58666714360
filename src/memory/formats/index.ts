/** The formats a table can have, by name. */
import { ept } from './ept.js';
import { fiveLevel } from './five-level.js';
import { fourLevel } from './four-level.js';
import type { TableFormat } from './format.js';
import { pae } from './pae.js';
import { twoLevel } from './two-level.js';
import { unpaged } from './unpaged.js';

export {
  EPT,
  NO_EXECUTE,
  PTE,
  reservedAddressBits,
  wideHigh,
  wideLow,
  type FormatControls,
  type TableFormat,
} from './format.js';

export const FORMATS = {
  none: unpaged,
  '32bit': twoLevel,
  pae,
  '4level': fourLevel,
  '5level': fiveLevel,
  ept,
} as const satisfies Record<string, TableFormat>;

export type FormatName = keyof typeof FORMATS;
