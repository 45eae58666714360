/**
 * Follows a strategy at work: the walks of its hardware, the exits to its VMM, and what the guest does, in the order in which they
 * happen. It listens in on the objects of one platform (see tap.ts) and changes nothing of what they do.
 */
import { addressOf } from '../memory/address.js';
import { ACCESS } from '../mmu/dimension.js';
import { WALK, type WalkStatus } from '../mmu/walker.js';
import { STRATEGIES, type StrategyName } from '../paging/index.js';
import { OUTCOME, type PagingStrategy, type Platform } from '../paging/strategy.js';
import type { ExitCause } from '../vmm/exits.js';
import { bytesText } from './end-text.js';
import { hex } from './hex.js';
import { Recorder } from './recorder.js';
import { explainSoftwareWalk } from './software-walk.js';
import type { Access, Happening, Walk } from './step.js';
import { tap, tapCounts } from './tap.js';
import { explainWalk, RECEIVERS, type Surroundings } from './walk.js';
import { exitText, GuestWords, removalText } from './words.js';

export class Watch {
  readonly happenings: Happening[] = [];
  /** Where what happens next belongs. */
  private into: Happening[] = this.happenings;
  private access: Access | null = null;
  /** Shadow entries filled when the last walk began. */
  private fills: number;
  private readonly shadowed: boolean;
  /** The guest is at work: a write may be carried out as another call, which is no action of its own. */
  private acting = false;
  private readonly around: Surroundings;

  constructor(
    private readonly platform: Platform,
    private readonly strategy: PagingStrategy,
    private readonly name: StrategyName,
    /** Offset in their pages of the accesses to come. */
    private readonly offset: number,
  ) {
    this.around = {
      receiver:
        RECEIVERS[STRATEGIES[name].walks === 'shadow' ? 'shadow' : STRATEGIES[name].virtualized ? 'nested' : 'native'],
      advancedExitInfo: false,
    };
    this.fills = platform.counters.shadowFills;
    this.shadowed = STRATEGIES[name].walks === 'shadow';
    this.followWalks();
    this.followFaults();
    this.followGuest();
    tapCounts(platform.exits, (cause) => this.exit(cause));
    tap(platform.tlb, 'remove', (proceed, scope) => {
      const text = removalText(scope);
      if (text !== null) this.note(text);
      proceed();
    });
  }

  private get kernel(): string {
    return this.name === 'native' ? 'the operating system' : 'the guest';
  }

  note(text: string): void {
    this.into.push({ event: 'note', text });
  }

  private followWalks(): void {
    const { walker, counters } = this.platform;
    const recorder = new Recorder(walker, STRATEGIES[this.name].walks);
    const follow = (proceed: () => WalkStatus, event: Walk['event']): WalkStatus => {
      const filled = counters.shadowFills - this.fills;
      if (filled > 0) this.note('the VMM fills its shadow tables, down to the leaf');
      this.fills = counters.shadowFills;
      let status: WalkStatus = WALK.ok;
      const make = (): WalkStatus => (status = proceed());
      this.into.push(explainWalk(walker, recorder, this.access ?? this.accessOf(0, 0), this.around, make, event));
      return status;
    };
    tap(walker, 'walk', (proceed) => follow(proceed, 'walk'));
    tap(walker, 'loadPdptes', (proceed) => follow(proceed, 'pdpteLoad'));
  }

  /** A guest's fault is an action of its own: the exit that it may be comes first, then what the guest does about it. */
  private followFaults(): void {
    const { strategy, happenings } = this;
    tap(strategy, 'translate', (proceed, vpn, access) => {
      this.access = this.accessOf(vpn, access);
      const outcome = proceed();
      if (outcome === OUTCOME.translated && this.shadowed) this.note(this.behindShadows());
      if (outcome === OUTCOME.emulated) this.note('the store is to a table that is shadowed: the VMM carries it out');
      if (outcome === OUTCOME.guestFault) {
        const then: Happening[] = [];
        if (this.shadowed) then.push(this.softwareWalk());
        happenings.push({ event: 'action', text: `${this.kernel} handles the page fault`, then });
        this.into = then;
      }
      return outcome;
    });
    tap(strategy, 'guestFault', (proceed) => {
      const handled = this.into;
      const exits: Happening[] = [];
      this.into = exits;
      proceed();
      handled.unshift(...exits);
      this.into = happenings;
    });
  }

  private followGuest(): void {
    const { strategy, platform } = this;
    const words = new GuestWords(strategy, platform.walker.guest, this.kernel);
    const act = (text: string, proceed: () => void): void => {
      if (this.acting) return proceed();
      const then: Happening[] = [];
      const outer = this.into;
      outer.push({ event: 'action', text, then });
      this.into = then;
      this.acting = true;
      const { zaps } = platform.counters;
      proceed();
      const zapped = platform.counters.zaps - zaps;
      if (zapped > 0) this.note(`shadow entries zapped: ${zapped}`);
      this.into = outer;
      this.acting = false;
    };
    tap(strategy, 'writeEntry', (proceed, frame, index, low, high) => {
      act(words.write(frame, index, low, high), proceed);
    });
    tap(strategy, 'presetEntry', (proceed, frame, index, low, high) => {
      act(words.preset(frame, index, low, high), proceed);
    });
    tap(strategy, 'cr3Write', (proceed, root) =>
      act(`MOV to CR3: the root is at gPA ${hex(addressOf(root))}`, proceed),
    );
    tap(strategy, 'invlpg', (proceed, vpn) => act(`INVLPG of page ${hex(BigInt(vpn) << 12n)}`, proceed));
    tap(strategy, 'execute', (proceed, { name }) => act(`the guest executes or meets: ${name}`, proceed));
  }

  private exit(cause: ExitCause): void {
    this.into.push(exitText(cause, this.platform.vcpu?.exit ?? null));
    const { host, walker } = this.platform;
    if (cause === 'hiddenFault' || cause === 'adUpdate') this.into.push(this.softwareWalk());
    if (cause !== 'nestedFault') return;
    const first = walker.faultFrame - (walker.faultFrame % host.blockFrames);
    const [from, to] = [hex(addressOf(first)), hex(addressOf(host.frameOf(first)))];
    this.note(`the VMM maps the host page at gPA ${from} to sPA ${to} (${host.blockFrames * 4} KiB)`);
  }

  /** Shadow tables do not hold what the guest's tables say. */
  private behindShadows(): string {
    const { guestFrame, pageShift, guestShift } = this.strategy.translation;
    const guest = `of ${guestShift > pageShift ? 'a larger guest page (splintered)' : 'the guest page'}`;
    const where = guestFrame < 0 ? '' : ` at gPA ${hex(addressOf(guestFrame) + this.offset)}`;
    return `a TLB entry holds ${bytesText(2 ** pageShift)} ${guest}${where}`;
  }

  private softwareWalk(): Happening {
    return explainSoftwareWalk(this.platform, this.strategy.guestRoot, this.access!);
  }

  private accessOf(vpn: number, access: number): Access {
    const type = (access & ACCESS.fetch) !== 0 ? 'fetch' : (access & ACCESS.write) !== 0 ? 'write' : 'read';
    const linear = hex((BigInt(vpn) << 12n) + BigInt(this.offset));
    return { linear, type, user: (access & ACCESS.user) !== 0 };
  }
}
