/** A mapping made for the purpose: one page (or a few that follow each other) of one size over host pages of one size, and walks to it. */
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
import type { Platform } from '../paging/strategy.js';
import { hardware } from '../run/hardware.js';
import { processor } from '../run/processor.js';
import { bitsOf, explainWalk, pageOf, RECEIVERS } from './walk.js';
import { hex } from './hex.js';
import { bytesText } from './end-text.js';
import type { MappingRequest } from './mapping-choices.js';
import { linearOf, strategyOf } from './mapping-request.js';
import { Recorder } from './recorder.js';
import type { Access, Explanation, Happening } from './step.js';
import { Watch } from './watch.js';

const PAGE_SHIFTS = { '4k': 12, '2m': 21, '4m': 22, '1g': 30, thp: 12 } as const;
/** Guest frames of tables begin here, those of data at 1 GiB: apart under host pages of every size. */
const FIRST_TABLE = 0x100;
const FIRST_DATA = 2 ** 18;
const TABLES = 64;
const NO_PAGES = { size: 0, vpn: new Float64Array(0) };

export function explainMapping(request: MappingRequest, config: RunConfig): Explanation {
  const strategy = strategyOf(request);
  const linear = linearOf(request, config);
  const definition = STRATEGIES[strategy];
  const alone = processor(config, definition.virtualized, false, NO_PAGES);
  const { platform } = hardware(config, definition, alone, newCounters());
  const made = new Mapping(platform, config, request, Number(linear >> 12n));
  const stride = request.nextPage ? BigInt(made.pages) << 12n : 0n;
  const accesses = Array.from({ length: request.repeat }, (_, at) => ({
    linear: hex(BigInt.asUintN(64, linear + BigInt(at) * stride)),
    type: request.type,
    user: request.user,
  }));
  const { machine } = config;
  const { guest, guestPage, host, repeat } = request;
  const nested = host === 'npt' || host === 'ept';
  return {
    schema: 'vmmu/explain@1',
    title: mappingTitle(request, config),
    source: {
      kind: 'mapping',
      guest,
      guestPage: guest === 'none' ? null : guestPage,
      host,
      hostMode: nested ? config.host.mode : null,
      hostPage: host === 'none' ? null : config.host.pages,
      machine: machine.name,
      walkCache:
        machine.walkCache === null ? null : `${machine.walkCache.organisation} ${machine.walkCache.dimensions}`,
      nestedTlb: nested && machine.nestedTlb !== null ? `${machine.nestedTlb.entries} entries` : null,
      repeat,
    },
    happenings: strategy === 'shadow' ? made.shadowed(accesses) : made.walked(accesses),
  };
}

function mappingTitle({ guest, guestPage, host }: MappingRequest, config: RunConfig): string {
  const pages = (size: keyof typeof PAGE_SHIFTS): string => bytesText(2 ** PAGE_SHIFTS[size]);
  const above = guest === 'none' ? 'paging off' : `${MODES[guest]} tables, ${pages(guestPage)} page`;
  if (host === 'none') return `native: ${above}`;
  const kind = host === 'shadow' ? 'shadow tables' : `${host.toUpperCase()} (${MODES[config.host.mode]})`;
  return `guest: ${above}; ${kind}, ${pages(config.host.pages)} host pages`;
}

const MODES = { '32bit': '32-bit', pae: 'PAE', '4level': '4-level', '5level': '5-level' } as const;

class Mapping {
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
  walked(accesses: readonly Access[]): Happening[] {
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
      ...accesses.map((access) =>
        explainWalk(walker, recorder, access, around, () => walker.walk(pageOf(access), bitsOf(access))),
      ),
    ];
  }

  /** The VMM fills its tables at the first fault. */
  shadowed(accesses: readonly Access[]): Happening[] {
    const strategy = STRATEGIES.shadow.create(this.platform);
    strategy.cr3Write(this.guest!.root);
    const watch = new Watch(this.platform, strategy, 'shadow', Number(BigInt(accesses[0]!.linear) & 0xfffn));
    for (const access of accesses) strategy.translate(pageOf(access), bitsOf(access));
    return watch.happenings;
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
