/**
 * The guest of a full-system trace: its own table writes, CR3 writes and INVLPGs are in the trace, so nothing is modelled here.
 * Page faults are recorded without their error code: the access that the tables refuse is looked for, and one that they
 * allow is not counted as a fault.
 */
import type { Counters } from '../counters/counters.js';
import { TraceError } from '../errors.js';
import { FIRST_KERNEL_PAGE, offsetOf } from '../memory/address.js';
import { PTE, type TableFormat } from '../memory/formats/index.js';
import { noExecuteOf } from '../memory/page-table.js';
import { ACCESS, OUTCOME, type PagingStrategy } from '../paging/strategy.js';
import { KIND, KIND_NAMES, operand, operandPage, type EventBatch } from '../trace/event.js';
import { GuestCpu } from './guest-cpu.js';
import { instructionAt, type Guest } from './guest.js';
import { tablePath } from './table-path.js';

/** CR3 bits 12..51 are the frame of the root; bit 63 asks to keep translations. */
const CR3_FRAMES = 2 ** 40;
const LEAST_ROOT_LEVEL = 4;
/** With CR4.PCIDE, bits 0..11 are the PCID. */
const PCIDS = 2 ** 12;
/** Bit 63, in the high half. */
const KEEP = 2 ** 31;

export class RecordedGuest implements Guest {
  private readonly cpu: GuestCpu;
  /** Level of each frame that has an entry of level 4 or 5. */
  private readonly rootLevels = new Map<number, number>();

  constructor(
    private readonly strategy: PagingStrategy,
    private readonly counters: Counters,
    private readonly usesPcids: boolean,
    private readonly format: TableFormat,
  ) {
    this.cpu = new GuestCpu(strategy, counters, false);
  }

  /** The recorded kernel has handled its faults already: a reference that its tables do not map cannot be helped. */
  pageFault(): boolean {
    return false;
  }

  event(batch: EventBatch, row: number): void {
    const { strategy, counters } = this;
    const kind = batch.kind[row]!;
    switch (kind) {
      case KIND.tableSnapshot:
      case KIND.tableWrite: {
        const at = 2 * (batch.operandStart[row]! + 2);
        const low = batch.operands[at]! | 0;
        const high = batch.operands[at + 1]! | 0;
        const frame = operandPage(batch, row, 1);
        const index = offsetOf(operand(batch, row, 1)) >> 3;
        const level = operand(batch, row, 0);
        if (level >= LEAST_ROOT_LEVEL) this.rootLevels.set(frame, level);
        if (kind === KIND.tableSnapshot) return strategy.presetEntry(frame, index, low, high, level);
        counters.tableWrites++;
        return strategy.writeEntry(frame, index, low, high, level);
      }
      case KIND.cr3Write:
        return this.loadCr3(batch, row);
      case KIND.invlpg:
        return this.cpu.invlpg(operandPage(batch, row, 0));
      case KIND.pageFault:
        return this.takeFault(operandPage(batch, row, 0));
      case KIND.systemCall:
        counters.systemCalls++;
        return strategy.systemCall?.();
      case KIND.marker:
        return;
      default: {
        const instruction = instructionAt(batch, row);
        if (instruction !== null) return strategy.execute(instruction);
        throw new TraceError(`event ${KIND_NAMES[kind]} in a full-system trace; it belongs to user traces`);
      }
    }
  }

  private loadCr3(batch: EventBatch, row: number): void {
    const root = operandPage(batch, row, 0) % CR3_FRAMES;
    const level = this.rootLevels.get(root) ?? this.format.levels;
    if (level !== this.format.levels) this.refuseRoot(level);
    const at = 2 * batch.operandStart[row]!;
    const pcid = this.usesPcids ? batch.operands[at]! % PCIDS : 0;
    const keep = this.usesPcids && batch.operands[at + 1]! >= KEEP;
    this.cpu.writeCr3(root, pcid, keep);
  }

  private refuseRoot(level: number): never {
    const number = this.counters.cr3Writes + 1;
    throw new TraceError(
      `CR3 write ${number}: found a root of ${level} levels; a guest of mode ${this.format.name} has ${this.format.levels}. ` +
        `Cut the trace there (vmmu trace cut --from event:cr3Write:${number + 1}) and replay it with guest.mode=${level}level`,
    );
  }

  /** Makes the access that the tables refuse, as the hardware did; none if they allow them all. */
  private takeFault(vpn: number): void {
    const refused = this.refusedAccess(vpn);
    if (refused === null) return;
    if (this.strategy.translate(vpn, refused) !== OUTCOME.guestFault) return;
    this.counters.guestFaults++;
    this.strategy.guestFault();
  }

  /** Reads the recorded tables without touching them. */
  private refusedAccess(vpn: number): number | null {
    const user = vpn < FIRST_KERNEL_PAGE ? ACCESS.user : 0;
    let rights = -1;
    let noExecute = false;
    for (const { low, high } of tablePath(this.strategy, this.format, 0, vpn)) {
      if ((low & PTE.present) === 0) return ACCESS.read | user;
      rights &= low;
      noExecute ||= noExecuteOf(high);
    }
    if (user !== 0 && (rights & PTE.user) === 0) return ACCESS.read | user;
    if ((rights & PTE.writable) === 0) return ACCESS.write | user;
    return noExecute ? ACCESS.fetch | user : null;
  }
}
