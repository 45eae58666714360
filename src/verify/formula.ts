/**
 * Reference counts: how many table entries a walk without caches reads, for each pair of guest and host tables and page sizes. Tables are
 * built, walked and counted; the counts are held against those of processor emulators and against (G + 1)(H + 1) - 1.
 */
import { z } from 'zod';
import { UsageError } from '../errors.js';
import { FORMATS, type FormatName } from '../memory/formats/index.js';
import { ACCESS } from '../mmu/dimension.js';
import { WALK } from '../mmu/walker.js';
import { validate } from '../config/validate.js';
import { parseYaml } from '../config/yaml-file.js';
import { buildNative, buildNested } from './tables.js';

const page = z.literal([4096, 2 ** 21, 2 ** 22, 2 ** 30]).nullable();
const modes = ['none', '32bit', 'pae', '4level', '5level'] as const;

const rowsSchema = z.array(
  z.object({
    kind: z.enum(['native', 'npt', 'ept']),
    guestMode: z.enum(modes),
    guestPageSize: page,
    hostMode: z.enum(modes).nullable(),
    hostPageSize: page,
    /** References of the walk, of the load of PDPTE registers before it, and who counted them. */
    references: z.array(z.tuple([z.number().int(), z.number().int(), z.string()])).min(1),
  }),
);

export type CountRow = z.infer<typeof rowsSchema>[number];

export interface Counts {
  readonly walk: number;
  readonly load: number;
  /** (G + 1)(H + 1) - 1, of the levels that the walk has. */
  readonly formula: number;
}

/** The rows of a file of counts: a JSON list. */
export function parseCounts(text: string, path: string): CountRow[] {
  const file = parseYaml(text, path);
  const rows = validate(rowsSchema, file.value, file.locate);
  for (const [at, row] of rows.entries()) {
    const complaint = impossible(row);
    if (complaint !== null) throw new UsageError(`${path}: row ${at + 1}: ${complaint}`);
  }
  return rows;
}

function impossible({ kind, guestMode, guestPageSize, hostMode, hostPageSize }: CountRow): string | null {
  if ((kind === 'native') !== (hostMode === null)) return `found ${kind} with host mode ${hostMode}`;
  if (guestMode !== 'none' && levelOf(guestMode, guestPageSize) === null)
    return `found guest pages of ${guestPageSize} bytes; ${guestMode} has none`;
  if (hostMode !== null && levelOf(hostMode, hostPageSize) === null)
    return `found host pages of ${hostPageSize} bytes; ${hostMode} has none`;
  return null;
}

/** The level whose entries map pages of a size; null if there is none. */
function levelOf(mode: FormatName, bytes: number | null): number | null {
  const most = mode === '4level' || mode === '5level' ? 3 : 2;
  return [1, 2, 3].find((level) => level <= most && 2 ** FORMATS[mode].pageShift(level) === bytes) ?? null;
}

/** A page whose index is not 0 in any level, and that every mode has. */
const VPN = 0x1_2345;

function countReferences({ kind, guestMode, guestPageSize, hostMode, hostPageSize }: CountRow): Counts {
  const guestLevel = levelOf(guestMode, guestPageSize) ?? 0;
  const hostName = kind === 'ept' ? 'ept' : hostMode!;
  const hostLevel = kind === 'native' ? 0 : levelOf(hostMode!, hostPageSize)!;
  const { walker } =
    kind === 'native'
      ? buildNative(guestMode, guestLevel, VPN)
      : buildNested(guestMode, guestLevel, hostName, hostLevel, VPN);
  // PAE's top level is read by walks under NPT only.
  const loads = guestMode === 'pae' && kind !== 'npt';
  const load = loads && walker.loadPdptes() === WALK.ok ? walker.refs : 0;
  const walk = walker.walk(VPN, ACCESS.user | ACCESS.write) === WALK.ok ? walker.refs : 0;
  const guestLevels = guestMode === 'none' ? 0 : FORMATS[guestMode].levels - guestLevel + 1 - (loads ? 1 : 0);
  const hostLevels = kind === 'native' ? 0 : FORMATS[hostName].levels - hostLevel + 1;
  return { walk, load, formula: (guestLevels + 1) * (hostLevels + 1) - 1 };
}

/** `npt: 4level 4096 on 4level 2097152`. */
export function labelOf({ kind, guestMode, guestPageSize, hostMode, hostPageSize }: CountRow): string {
  const guest = `${guestMode}${guestPageSize === null ? '' : ` ${guestPageSize}`}`;
  return `${kind}: ${guest}${hostMode === null ? '' : ` on ${hostMode} ${hostPageSize}`}`;
}

/** What is wrong with a row; null if nothing. */
export function checkCounts(row: CountRow): string | null {
  const { walk, load, formula } = countReferences(row);
  const expected = row.references.map(([refs, loads]) => `${refs} references and ${loads} of a load`);
  if (!row.references.some(([refs, loads]) => refs === walk && loads === load))
    return `expected ${expected.join(' or ')}; found ${walk} and ${load}`;
  return walk === formula ? null : `found ${walk} references; (G+1)(H+1)-1 is ${formula}`;
}
