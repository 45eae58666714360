/** The foreign formats that traces can be written in. A new one is a file here and a line below. */
import { arrow } from './arrow.js';
import { champsim } from './champsim.js';
import { csv } from './csv.js';
import { dinero } from './dinero.js';
import type { ExportFormat } from './format.js';

export const EXPORT_FORMATS = { arrow, dinero, csv, champsim } as const satisfies Record<string, ExportFormat>;

export type ExportFormatName = keyof typeof EXPORT_FORMATS;
