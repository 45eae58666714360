/** What a reference that no TLB serves comes to: the paging strategy translates, and its guest faults go to the guest. */
import type { Counters } from '../counters/counters.js';
import { ModelError } from '../errors.js';
import { ACCESS, OUTCOME, RIGHT, type TlbControl, type Translation, type Translator } from '../paging/strategy.js';
import { operandCount, operandPage, type EventBatch } from '../trace/event.js';
import { INVALIDATIONS } from './invalidation.js';
import { HUGE, LARGE, SMALL, type PageIndex, type Size } from './page-index.js';

/** Who handles the guest's page faults. */
export interface FaultHandler {
  /** Returns false when the page cannot be mapped: the reference is then left. */
  pageFault(vpn: number, access: number): boolean;
}

const HUGE_SHIFT = 30;
/** A walk, its fault, a copy-on-write fault and a hidden fault may follow each other; more is a loop of ours. */
const MOST_FAULTS = 16;

/** By reference kind: the right that a translation must give. For data, the bit of RIGHT is the kind's own number: the hot loop relies on it. */
export const NEED = Uint8Array.of(RIGHT.fetch, RIGHT.read, RIGHT.write);
/** By reference kind. */
export const ACCESS_OF = Uint8Array.of(ACCESS.fetch, ACCESS.read, ACCESS.write);

/** Size of the TLB entry that a translation makes. */
export function entrySize(pageShift: number, largeShift: number): Size {
  return pageShift < largeShift ? SMALL : pageShift < HUGE_SHIFT ? LARGE : HUGE;
}

export class MissPath {
  /** Size of the entry that the last translation makes. */
  size: Size = SMALL;

  /** @param privilege ACCESS.user, or 0 where references may be the kernel's */
  constructor(
    private readonly index: PageIndex,
    private readonly control: TlbControl,
    private readonly strategy: Translator,
    private readonly guest: FaultHandler,
    private readonly counters: Counters,
    private readonly privilege: number,
  ) {}

  /** Null where there is nothing to put into a TLB: the page cannot be mapped, or the VMM has carried out the store itself. */
  translate(batch: EventBatch, row: number, key: number, kind: number): Translation | null {
    const vpn = this.index.pages.vpn[key]!;
    this.index.expected = key;
    const access = ACCESS_OF[kind]! | this.privilege;
    const { strategy } = this;
    let outcome = strategy.translate(vpn, access);
    for (let faults = 0; outcome === OUTCOME.guestFault; faults++) {
      if (faults === MOST_FAULTS)
        throw new ModelError(`page 0x${vpn.toString(16)} still faults after ${faults} repairs (row ${row} of a batch)`);
      this.control.remove(INVALIDATIONS.pageFault(this.control.context, vpn));
      if (!this.guest.pageFault(vpn, access)) {
        this.counters.untranslatedRuns++;
        return null;
      }
      this.counters.guestFaults++;
      strategy.guestFault();
      outcome = strategy.translate(vpn, access);
    }
    if (outcome === OUTCOME.emulated) {
      this.counters.emulatedStores++;
      return null;
    }
    const { translation } = strategy;
    this.checkRecordedAddress(batch, row, translation.guestFrame);
    this.settleSize(translation);
    return translation;
  }

  private settleSize({ pageShift, guestShift }: Translation): void {
    const { largeShift } = this.index;
    this.size = entrySize(pageShift, largeShift);
    const entryShift = this.size === LARGE ? largeShift : pageShift;
    if (guestShift > entryShift) this.counters.splinteredFills++;
  }

  /** Full-system traces say where each reference went: a difference from our tables is counted. */
  private checkRecordedAddress(batch: EventBatch, row: number, guestFrame: number): void {
    if (guestFrame < 0 || operandCount(batch, row) === 0) return;
    const recorded = operandPage(batch, row, 0);
    if (recorded !== 0 && recorded !== guestFrame) this.counters.physicalMismatches++;
  }
}
