/** What happens beside the walks, in words. */
import { addressOf } from '../memory/address.js';
import type { Dimension } from '../mmu/dimension.js';
import { ANY, type Scope } from '../mmu/invalidation.js';
import type { PagingStrategy } from '../paging/strategy.js';
import { EXITS, hardwareNames, type ExitCause } from '../vmm/exits.js';
import type { Vcpu } from '../vmm/vcpu.js';
import { entryFlags } from './entry-fields.js';
import { GuestLevels } from './guest-levels.js';
import { hex, hex64 } from './hex.js';
import type { Exit } from './step.js';

export function exitText(cause: ExitCause, exit: Vcpu['exit']): Exit {
  return {
    event: 'exit',
    cause,
    ...hardwareNames(cause),
    information: informationText(exit),
    definition: EXITS[cause].definition,
  };
}

function informationText(exit: Vcpu['exit']): string {
  if (exit === null) return 'none';
  if ('code' in exit) return `EXITINFO1 ${hex(exit.info1)}, EXITINFO2 ${hex(exit.info2)}`;
  const { qualification, physicalAddress, interruptionInformation, errorCode } = exit;
  const physical = physicalAddress === 0 ? '' : `, guest-physical address ${hex(physicalAddress)}`;
  const event = interruptionInformation === 0 ? '' : `, interruption information ${hex(interruptionInformation)}`;
  return `qualification ${hex(qualification)}${physical}${event}${errorCode === 0 ? '' : `, error code ${hex(errorCode)}`}`;
}

/** null when nothing is removed. */
export function removalText({ linear, guestPhysical }: Scope): string | null {
  const removed: string[] = [];
  if (linear !== null) {
    const { page, vpid, pcid, keepGlobal } = linear;
    const tags = [...(vpid === ANY ? [] : [`VPID ${vpid}`]), ...(pcid === ANY ? [] : [`PCID ${pcid}`])].join(', ');
    const whose = tags === '' ? '' : ` of ${tags}`;
    removed.push(`${page === ANY ? 'all translations' : `page ${hex(BigInt(page) << 12n)}`}${whose}`);
    if (keepGlobal) removed.push('but not the global ones');
  }
  if (guestPhysical !== null) removed.push('guest-physical mappings');
  return removed.length === 0 ? null : `removed from the TLBs: ${removed.join(' ')}`;
}

/** The guest's writes to its tables. */
export class GuestWords {
  private readonly levels: GuestLevels;

  constructor(
    strategy: PagingStrategy,
    /** Of the guest's format. */
    private readonly tables: Dimension,
    private readonly kernel: string,
  ) {
    this.levels = new GuestLevels(strategy, tables.format);
  }

  write(frame: number, index: number, low: number, high: number): string {
    return `${this.kernel} writes ${this.entry(frame, index, low, high)}`;
  }

  preset(frame: number, index: number, low: number, high: number): string {
    return `in place before the trace: ${this.entry(frame, index, low, high)}`;
  }

  private entry(frame: number, index: number, low: number, high: number): string {
    const { entryBytes } = this.tables.format;
    const level = this.levels.of(frame);
    this.levels.written(frame, low, high);
    const flags = level === 0 ? '' : ` (${entryFlags(this.tables, level, low, high).join(' ')})`;
    const name = level === 0 ? 'a table' : `gL${level}`;
    return `${name}[${index}] at gPA ${hex(addressOf(frame) + index * entryBytes)} = ${hex64(low, high)}${flags}`;
  }
}
