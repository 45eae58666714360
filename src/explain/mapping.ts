/** A mapping made for the purpose: tables in simulated memory for one page, or a few that follow each other, and the walks to them. */
import type { RunConfig } from '../config/schema.js';
import { newCounters } from '../counters/counters.js';
import { addressOf } from '../memory/address.js';
import { EPT, PTE, type TableFormat } from '../memory/formats/index.js';
import { sequentialFrames } from '../memory/frames.js';
import { RadixTable } from '../memory/page-table.js';
import { Dimension } from '../mmu/dimension.js';
import { PdpteRegisters } from '../mmu/pdpte-registers.js';
import { enterGuest } from '../paging/hardware.js';
import { STRATEGIES } from '../paging/index.js';
import { OUTCOME, type Platform } from '../paging/strategy.js';
import { hardware } from '../run/hardware.js';
import { NO_PAGES, processor } from '../run/processor.js';
import { breakEntry } from './breaking.js';
import type { MappingRequest } from './mapping-choices.js';
import { strategyOf } from './mapping-request.js';
import { Recorder } from './recorder.js';
import type { Access, DimensionName, Happening, ReferenceStep } from './step.js';
import { bitsOf, explainWalk, pageOf, RECEIVERS } from './walk.js';
import { Watch } from './watch.js';

export const PAGE_SHIFTS = { '4k': 12, '2m': 21, '4m': 22, '1g': 30, thp: 12 } as const;
/** Guest frames of tables begin here, those of data at 1 GiB: apart under host pages of every size. */
const FIRST_TABLE = 0x100;
const FIRST_DATA = 2 ** 18;
const TABLES = 64;

/** The machine that a mapping is made on. */
export function mappingPlatform(request: MappingRequest, config: RunConfig): Platform {
  const definition = STRATEGIES[strategyOf(request)];
  const alone = processor(config, definition.virtualized, false, NO_PAGES);
  return hardware(config, definition, alone, newCounters()).platform;
}

/** What decodes the entries of a mapping's tables, by whose they are. */
export function mappingTables(request: MappingRequest, config: RunConfig): Readonly<Record<DimensionName, Dimension>> {
  const { walker, nestedFormat, controls } = mappingPlatform(request, config);
  return { guest: walker.guest, shadow: walker.guest, nested: new Dimension(nestedFormat, 0, controls) };
}

/** Tables of one size of page, and those nested below them, with all accesses permitted. */
export class Mapping {
  /** 4 KiB pages in a page of the guest's. */
  readonly pages: number;
  private readonly guest: RadixTable | null = null;

  constructor(
    private readonly platform: Platform,
    private readonly config: RunConfig,
    private readonly request: MappingRequest,
    vpn: number,
  ) {
    const { memory, walker, host: map } = platform;
    const { format } = walker.guest;
    const frames = new Set<number>();
    this.pages = 2 ** (PAGE_SHIFTS[config.guest.pages] - 12);
    const last = request.nextPage ? request.repeat : 1;
    if (format.levels > 0) {
      const level = levelOf(format, PAGE_SHIFTS[config.guest.pages]);
      const all = sequentialFrames(FIRST_TABLE, TABLES, 'tables of one mapping');
      const noted = { ...all, allocate: () => add(frames, all.allocate()) };
      this.guest = new RadixTable(memory, format, noted, map, this.flags(format, true));
      for (let page = 0; page < last; page++) {
        const at = vpn - (vpn % this.pages) + page * this.pages;
        if (at >= walker.guest.holeStart && at < walker.guest.holeEnd) continue;
        const first = FIRST_DATA + page * this.pages;
        this.guest.set(at, first, this.flags(format, false), false, level);
        frames.add(first + (vpn % this.pages));
      }
      walker.guest.setRoot(addressOf(this.guest.root));
    } else for (let page = 0; page < last; page++) frames.add(vpn + page);
    if (request.host === 'npt' || request.host === 'ept') this.nest(frames);
  }

  /** Native and nested walks. PAE guests load their PDPTE registers first, where there are any. */
  walked(accesses: readonly Access[], broken: ReferenceStep | null): Happening[] {
    const { walker, machine } = this.platform;
    const recorder = new Recorder(walker, 'guest');
    const native = this.request.host === 'none';
    const around = { receiver: native ? RECEIVERS.native : RECEIVERS.nested, advancedExitInfo: false };
    const loads = this.config.guest.mode === 'pae' && (native || machine.nested!.pdptes === 'registers');
    const load = (): Happening =>
      explainWalk(walker, recorder, accesses[0]!, around, () => walker.loadPdptes(), 'pdpteLoad');
    if (loads) walker.guest.pdptes = new PdpteRegisters();
    return [
      ...(loads ? [load()] : []),
      ...this.breakAt(broken),
      ...accesses.map((access) =>
        explainWalk(walker, recorder, access, around, () => walker.walk(pageOf(access), bitsOf(access))),
      ),
    ];
  }

  /** The VMM fills its tables at the first fault. A fault of the guest's own stays as it is: its kernel is not there to mend it. */
  shadowed(accesses: readonly Access[], broken: ReferenceStep | null): Happening[] {
    const before = this.breakAt(broken);
    const strategy = STRATEGIES.shadow.create(this.platform);
    strategy.cr3Write(this.guest!.root);
    const watch = new Watch(this.platform, strategy, 'shadow', Number(BigInt(accesses[0]!.linear) & 0xfffn));
    for (const access of accesses)
      if (strategy.translate(pageOf(access), bitsOf(access)) === OUTCOME.guestFault) strategy.guestFault();
    return [...before, ...watch.happenings];
  }

  private breakAt(step: ReferenceStep | null): Happening[] {
    if (step === null) return [];
    const { memory, walker } = this.platform;
    return [
      breakEntry(memory, step.dimension === 'nested' ? walker.host! : walker.guest, step, this.request.fault!.kind),
    ];
  }

  private nest(frames: ReadonlySet<number>): void {
    const { memory, vmmFrames, nestedFormat, walker, controls, host } = this.platform;
    const nested = new RadixTable(memory, nestedFormat, vmmFrames, null, this.flags(nestedFormat, true));
    const level = levelOf(nestedFormat, PAGE_SHIFTS[this.config.host.pages]);
    for (const frame of frames) {
      const first = frame - (frame % host.blockFrames);
      nested.set(first, host.frameOf(first), this.flags(nestedFormat, false), false, level);
    }
    walker.host = new Dimension(nestedFormat, addressOf(nested.root), controls);
    enterGuest(this.platform, this.platform.nestedSpace);
  }

  /** Everything permitted; accessed and dirty unless the walks are to set that. */
  private flags(format: TableFormat, pointer: boolean): number {
    const { clean } = this.request;
    const marks = clean ? 0 : format.accessed | (pointer ? 0 : format.dirty);
    if (!format.readWriteExecute) return PTE.present | PTE.writable | PTE.user | marks;
    const { accessedDirty, modeBasedExecute } = this.platform.machine.nested!;
    const rights = EPT.read | EPT.write | EPT.execute | (modeBasedExecute ? EPT.userExecute : 0);
    return rights | (accessedDirty ? marks : 0) | (pointer ? 0 : WRITE_BACK);
  }
}

const WRITE_BACK = 6 << 3;

function levelOf(format: TableFormat, shift: number): number {
  return 1 + (shift - 12) / format.indexBits;
}

function add(frames: Set<number>, frame: number): number {
  frames.add(frame);
  return frame;
}
