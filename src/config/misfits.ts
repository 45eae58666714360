/** What cannot be together in a configuration although each part is right: a machine without the pages or tables asked for. */
import type { z } from 'zod';
import type { Machine } from './machine-schema.js';
import type { guestSchema, HostConfig } from './schema.js';

interface Misfit {
  readonly path: readonly string[];
  readonly message: string;
}

type GuestInput = z.infer<typeof guestSchema>;

interface Parts {
  readonly machine: Machine;
  readonly guest: GuestInput;
  readonly host: HostConfig;
}

/** Page sizes that entries of each format can map. */
const PAGES_OF: Record<GuestInput['mode'], readonly string[]> = {
  none: ['4k'],
  '32bit': ['4k', '4m', 'thp'],
  pae: ['4k', '2m', 'thp'],
  '4level': ['4k', '2m', 'thp', '1g'],
  '5level': ['4k', '2m', 'thp', '1g'],
};

/** Memory where tables leave no room for more than 4 GiB, the VMM's own among them. */
const NARROW_MIB = 2048;
const WIDE_MIB = 16_384;

/** Memory of the guest, by default as much as is usual and as its tables reach. */
export function memoryMib({ machine, guest, host }: Parts): number {
  return guest.memoryMib ?? (narrowTables({ machine, guest, host }) === null ? WIDE_MIB : NARROW_MIB);
}

/** The tables that reach less than the usual memory: 32-bit entries, or nested tables of 32-bit guest-physical addresses. */
function narrowTables({ machine, guest, host }: Parts): string | null {
  if (guest.mode === '32bit') return 'a guest of mode 32bit';
  if (machine.nested?.kind === 'npt' && (host.mode === '32bit' || host.mode === 'pae'))
    return `host tables of mode ${host.mode}`;
  return null;
}

export function misfits({ machine, guest, host }: Parts): Misfit[] {
  const { paging, nested, name } = machine;
  const found: Misfit[] = [];
  const add = (path: string, message: string): void => void found.push({ path: path.split('.'), message });
  const hostMode = nested?.kind === 'ept' ? '4level' : host.mode;

  if (guest.mode === '5level' && !paging.fiveLevel) add('guest.mode', `found 5level; ${name} has no 5-level tables`);
  if (!PAGES_OF[guest.mode].includes(guest.pages))
    add('guest.pages', `found ${guest.pages}; a guest of mode ${guest.mode} has ${PAGES_OF[guest.mode].join(', ')}`);
  if (guest.pcid && !paging.pcid) add('guest.pcid', `found true; ${name} has no process-context identifiers`);
  if (guest.pcid && guest.mode !== '4level' && guest.mode !== '5level')
    add('guest.pcid', `found true; only 4level and 5level guests have process-context identifiers`);

  if (guest.vcpus > 1) {
    const rival = guest.pcid ? 'pcid' : guest.pageTableIsolation ? 'pageTableIsolation' : null;
    if (rival !== null)
      add('guest.vcpus', `found ${guest.vcpus}; with guest.${rival} a guest of one processor is modelled: 1`);
    if (guest.mode !== '4level' && guest.mode !== '5level')
      add('guest.vcpus', `found ${guest.vcpus}; several processors are modelled of 4level and 5level guests: 1`);
  }
  if (guest.pageTableIsolation && guest.mode !== '4level' && guest.mode !== '5level')
    add('guest.pageTableIsolation', `found true; it is modelled of 4level and 5level guests`);

  if (nested?.kind === 'ept' && host.mode !== '4level')
    add('host.mode', `found ${host.mode}; ${name} has EPT, whose tables have 4 levels: 4level`);
  if (host.mode === '5level' && !paging.fiveLevel) add('host.mode', `found 5level; ${name} has no 5-level tables`);
  const hostPages = PAGES_OF[hostMode].filter((pages) => pages !== 'thp');
  if (!hostPages.includes(host.pages))
    add('host.pages', `found ${host.pages}; host tables of mode ${hostMode} have ${hostPages.join(', ')}`);
  const narrow = narrowTables({ machine, guest, host });
  const memory = memoryMib({ machine, guest, host });
  if (narrow !== null && memory > NARROW_MIB)
    add('guest.memoryMib', `found ${memory}; ${narrow} allows at most ${NARROW_MIB} here`);
  // Beside the guest's memory, rounded up to a power of two, the VMM has 4 GiB.
  const bits = Math.ceil(Math.log2(4096 + 2 ** Math.ceil(Math.log2(memory)))) + 20;
  if (bits > paging.maxPhyAddr)
    add('guest.memoryMib', `found ${memory}; ${name} has physical addresses of ${paging.maxPhyAddr} bits`);
  for (const [side, { pages }] of Object.entries({ guest, host }))
    if (pages === '1g' && !paging.page1g) add(`${side}.pages`, `found 1g; ${name} has no pages of 1 GiB`);
  return found;
}
