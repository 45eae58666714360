/**
 * Page faults that the hardware raises on shadow tables. The controls of the virtual processor decide which of them exit: all, unless a filter
 * on the error code lets the guest have its own (Intel SDM vol. 3C, 26.2: page-fault error-code mask and match).
 */
import { addressOf } from '../../memory/address.js';
import { FAULT } from '../../mmu/dimension.js';
import type { ExitCause } from '../../vmm/exits.js';
import { leaveGuest, staysInGuest } from '../hardware.js';
import { ACCESS, type Platform } from '../strategy.js';

/** Error code of a kernel's store to a page that it may not write. */
const STORE_REFUSED = FAULT.present | ACCESS.write;

interface Fault {
  readonly linear: number;
  readonly errorCode: number;
}

export class FaultExits {
  /** How many exited, by error code. */
  readonly codes = new Map<number, number>();
  private fault: Fault = { linear: 0, errorCode: 0 };
  /** The last one that was the guest's own: it takes it after its kernel has handled it, stores to tables included. */
  private guests = this.fault;

  /**
   * @param firstKernelPage recorded references do not say whose they are: below it they are the user's
   * @param handled is told of each exit that was not for a store to a table
   */
  constructor(
    private readonly platform: Platform,
    private readonly firstKernelPage: number,
    private readonly handled: () => void,
  ) {}

  raised(vpn: number, errorCode: number): void {
    this.fault = { linear: addressOf(vpn), errorCode: errorCode | (vpn < this.firstKernelPage ? ACCESS.user : 0) };
  }

  /** The fault raised last is the guest's own. */
  isGuests(): void {
    this.guests = this.fault;
  }

  /** A store to a table that no reference of the trace stands for; undefined: through no known page. */
  stored(vpn: number | undefined): void {
    this.fault = { linear: vpn === undefined ? 0 : addressOf(vpn), errorCode: STORE_REFUSED };
  }

  /** Whether the fault raised last is the VMM's to see. */
  get exits(): boolean {
    return this.platform.vcpu!.exits('hiddenFault', this.fault);
  }

  exit(cause: ExitCause): void {
    const { errorCode } = this.fault;
    leaveGuest(this.platform, cause, this.fault);
    if (cause !== 'tableWrite') this.handled();
    this.codes.set(errorCode, (this.codes.get(errorCode) ?? 0) + 1);
  }

  /** The guest takes it: injected by the VMM, or straight from the hardware. */
  toGuest(): void {
    this.fault = this.guests;
    if (this.exits) this.exit('guestFault');
    else staysInGuest(this.platform, 'guestFault', this.fault);
  }
}
