/**
 * Holds what hardware may use of a cell - native, shadow and nested tables, TLBs - against what the guest's own tables say. `vmmu run --audit`
 * does so after every event and at the end of each batch of rows, for a bounded number of pages.
 *
 * A full-system guest may write an entry and invalidate it later, or never: its page is judged again once INVLPG or MOV to CR3 has come.
 */
import { ModelError } from '../errors.js';
import { addressOf, FIRST_KERNEL_PAGE } from '../memory/address.js';
import { ACCESS, Dimension } from '../mmu/dimension.js';
import { SMALL, type PageIndex } from '../mmu/page-index.js';
import type { Spine } from '../mmu/spine.js';
import { Switching } from '../mmu/switching.js';
import { WALK, Walker } from '../mmu/walker.js';
import type { PagingStrategy, Platform } from '../paging/strategy.js';
import { KIND, LAST_REFERENCE, operand, operandPage, type EventBatch } from '../trace/event.js';
import { guestView, type Audited, type GuestView } from './guest-view.js';

interface AuditedCell extends Audited {
  readonly spine: Pick<Spine, 'held'>;
  readonly index: PageIndex;
}

/** Pages looked at after an event: so many of those touched last, and as many of all that were touched, in turn. */
const AUDITED_PAGES = 32;

/** All laws for one page. */
export function expectConsistent(cell: AuditedCell, vpn: number, guest = guestView(cell, vpn)): void {
  const system = guest.frame < 0 ? -1 : cell.platform.host.frameOf(guest.frame);
  expectTablesAgree(cell, vpn, guest, system);
  expectTlbAgrees(cell, vpn, guest, system);
}

function must(law: string, holds: boolean, vpn: number): void {
  if (!holds) throw new ModelError(`page 0x${vpn.toString(16)}: it does not hold that ${law}`);
}

function expectTablesAgree({ platform, paging }: Audited, vpn: number, guest: GuestView, system: number): void {
  const walker = hardwareWalker(platform);
  if (walker.walk(vpn, ACCESS.read) !== WALK.ok) return; // not filled yet
  const shadowed =
    walker.switching?.at === 0 || (walker.host === null && !isGuestsOwn(platform, paging, walker.guest.root));
  must('the tables of the hardware lead to where the guest says', walker.frame === system, vpn);
  must("they have the guest's no-execute", walker.guestNoExecute === guest.noExecute, vpn);
  if (walker.guestWritable) {
    must('what they let be written is writable for the guest', guest.writable, vpn);
    if (shadowed) must('a writable shadow leaf stands for a dirty entry', guest.dirty, vpn);
  }
  if (shadowed) must('a shadow leaf stands for an accessed entry', guest.accessed, vpn);
}

/** Whether the hardware walks the guest's own tables: natively, or checked by the VMM. */
function isGuestsOwn({ host }: Platform, { guestRoot }: PagingStrategy, root: number): boolean {
  return root === guestRoot || root === host.frameOf(guestRoot);
}

function expectTlbAgrees({ spine, index }: AuditedCell, vpn: number, guest: GuestView, system: number): void {
  const key = index.find(SMALL, vpn);
  if (key < 0) return;
  const [read, written, fetched] = [KIND.read, KIND.write, KIND.fetch].map((kind) => spine.held(key, kind)) as [
    number,
    number,
    number,
  ];
  if (read >= 0) {
    must('a TLB entry points where the tables say', read === system, vpn);
    must('a TLB entry stands for an accessed entry', guest.accessed, vpn);
  }
  if (written >= 0) {
    must('a TLB entry points where the tables say', written === system, vpn);
    must('a TLB entry that may be written has a writable dirty leaf', guest.writable && guest.dirty, vpn);
  }
  if (fetched >= 0)
    must('a TLB entry that may be fetched has an executable leaf', fetched === system && !guest.noExecute, vpn);
}

/** A walker of the present tables of the hardware, without its caches, that sets no bits of the guest's. */
function hardwareWalker({ memory, walker }: Platform): Walker {
  let twin = twins.get(walker);
  if (twin === undefined) {
    twin = new Walker(memory, new Dimension(walker.guest.format, addressOf(walker.guest.root), walker.guest.controls));
    twin.marks = false;
    twins.set(walker, twin);
  }
  const { root, rootWord, pdptes } = walker.guest;
  Object.assign(twin.guest, { root, rootWord, pdptes });
  twin.host = walker.host;
  twin.map = walker.map;
  if (walker.switching === null) return twin;
  const { walksFrom, rootSystem } = walker.switching;
  twin.switching ??= new Switching(twin.guest);
  twin.switching.from(walksFrom, root, rootSystem);
  return twin;
}

const twins = new WeakMap<Walker, Walker>();

/** Goes along with a replay. */
export class Audit {
  /** Pages of all references so far, and the last ones, each once. */
  private readonly touched: number[] = [];
  private readonly known = new Set<number>();
  private readonly recent = new Set<number>();
  private turn = 0;
  private events = 0;
  /** The event that wrote each entry of a full-system guest last, by place; that invalidated each page; that loaded CR3. */
  private readonly writtenAt = new Map<number, number>();
  private readonly invalidatedAt = new Map<number, number>();
  private loadedAt = 0;
  /** Rows of the batches before. */
  private rows = 0;

  constructor(private readonly cell: AuditedCell) {}

  /** Rows `from` up to `to` were references; `to` was an event, or the batch ended there. */
  after(batch: EventBatch, from: number, to: number): void {
    for (let row = from; row < to; row++) this.touch(this.cell.index.pages.vpn[batch.page[row]!]!);
    if (to < batch.length) this.note(batch, to);
    try {
      for (const vpn of this.chosen()) {
        const view = guestView(this.cell, vpn);
        if (this.isSettled(vpn, view)) expectConsistent(this.cell, vpn, view);
      }
    } catch (error) {
      throw error instanceof ModelError
        ? new ModelError(`after row ${this.rows + to} of the trace, ${error.message}`)
        : error;
    }
    if (to === batch.length) this.rows += batch.length;
  }

  private touch(vpn: number): void {
    if (!this.known.has(vpn)) {
      this.known.add(vpn);
      this.touched.push(vpn);
    }
    this.recent.delete(vpn);
    this.recent.add(vpn);
    if (this.recent.size > AUDITED_PAGES) for (const oldest of this.recent) return void this.recent.delete(oldest);
  }

  private *chosen(): Generator<number> {
    yield* this.recent;
    const count = Math.min(AUDITED_PAGES, this.touched.length);
    for (let at = 0; at < count; at++) yield this.touched[this.turn++ % this.touched.length]!;
  }

  private note(batch: EventBatch, row: number): void {
    this.events++;
    const kind = batch.kind[row]!;
    if (kind <= LAST_REFERENCE) return;
    if (kind === KIND.tableWrite) this.writtenAt.set(Math.floor(operand(batch, row, 1) / 8), this.events);
    else if (kind === KIND.invlpg) this.invalidatedAt.set(operandPage(batch, row, 0), this.events);
    else if (kind === KIND.cr3Write) this.loadedAt = this.events;
  }

  /** Nothing on the way to a page has been written since it was invalidated last. */
  private isSettled(vpn: number, { places }: GuestView): boolean {
    // The kernel's translations are global: MOV to CR3 leaves them.
    const loadedAt = vpn < FIRST_KERNEL_PAGE ? this.loadedAt : 0;
    const since = Math.max(loadedAt, this.invalidatedAt.get(vpn) ?? 0);
    return places.every((place) => (this.writtenAt.get(place) ?? 0) <= since);
  }
}
