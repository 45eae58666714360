/** Of a user trace: what lives, what it maps, and which of its pages are present, so that a replay faults where it would have. */
import { AddressSpaces, type Space } from '../address-spaces.js';
import {
  KIND,
  LAST_REFERENCE,
  MAP_FLAG,
  operand,
  PROT,
  TOUCHED,
  type EventBatch,
  type PageDictionary,
} from '../event.js';
import type { TouchedPage } from '../touched-pages.js';
import type { RowsCopy } from './rows-copy.js';
import type { State } from './state.js';

export class UserState implements State {
  private readonly spaces = new AddressSpaces();
  /** Threads that have been started and live, by number, with their space; the one that runs, null = the first. */
  private readonly threads = new Map<number, number>();
  private thread: number | null = null;
  /** What is known of each page since the last event: bits 1 it was read, 2 it was written. */
  private known = new Uint8Array(0);

  constructor(private readonly pages: PageDictionary) {}

  see(batch: EventBatch, to: number): void {
    if (this.pages.size > this.known.length) this.known = new Uint8Array(2 * this.pages.size);
    for (let row = 0; row < to; row++) {
      const kind = batch.kind[row]!;
      if (kind <= LAST_REFERENCE) this.reference(batch.page[row]!, kind);
      else this.event(batch, row);
    }
  }

  private reference(page: number, kind: number): void {
    const bit = kind === KIND.write ? 2 : 1;
    // A page that was written can be read.
    if (this.known[page]! >= bit) return;
    this.known[page]! |= bit;
    const { areas, touched } = this.spaces.current;
    const vpn = this.pages.vpn[page]!;
    const area = areas.find(vpn);
    const needed = kind === KIND.write ? PROT.write : kind === KIND.fetch ? PROT.execute : 7;
    if (area === undefined || (area.prot & needed) === 0) return;
    if (bit === 2) touched.write(vpn, (area.flags & MAP_FLAG.shared) !== 0);
    else touched.read(vpn);
  }

  private event(batch: EventBatch, row: number): void {
    const arg = (index: number): number => operand(batch, row, index);
    const { threads } = this;
    switch (batch.kind[row]) {
      case KIND.systemCall:
        return;
      case KIND.threadStart:
        return void threads.set(arg(0), batch.space[row]!);
      case KIND.threadSwitch:
        this.thread = arg(0);
        return;
      case KIND.exit:
        threads.delete(arg(0));
        for (const [thread, space] of threads) if (arg(1) === 1 && space === batch.space[row]) threads.delete(thread);
    }
    this.spaces.event(batch, row);
    this.known.fill(0);
  }

  *write(rows: RowsCopy): Generator<void> {
    for (const [id, space] of this.spaces.spaces) {
      if (space.heapStart >= 0) rows.event(KIND.initialHeap, id, space.heapStart, space.heapEnd);
      for (const { start, end, prot, flags } of space.areas.all)
        rows.event(KIND.initialMapping, id, start, end - start, prot, flags);
      for (const [first, pages, touched] of stretches(space)) {
        rows.event(KIND.initialPages, id, first, pages, touched);
        yield;
      }
    }
    const { currentId } = this.spaces;
    for (const [thread, space] of this.threads) rows.event(KIND.threadStart, space, thread);
    if (currentId !== 0) rows.event(KIND.contextSwitch, 0, currentId);
    if (this.thread !== null) rows.event(KIND.threadSwitch, currentId, this.thread);
  }
}

/** Neighbouring pages that were touched in the same way, in order. */
function* stretches(space: Space): Generator<[first: number, pages: number, touched: number]> {
  let first = 0;
  let end = -1;
  let how = 0;
  for (const [page, held] of [...space.touched.all].sort(([a], [b]) => a - b)) {
    const touched = bitsOf(held);
    if (page === end && touched === how) {
      end++;
      continue;
    }
    if (how !== 0) yield [first, end - first, how];
    [first, end, how] = [page, page + 1, touched];
  }
  if (how !== 0) yield [first, end - first, how];
}

/** A copy that others have too faults when it is written, and is copied again: as the page of zeros is. */
function bitsOf({ readFirst, copy, writable }: TouchedPage): number {
  const read = readFirst ? TOUCHED.read : 0;
  if (writable) return read | TOUCHED.written;
  return copy?.owners === 1 ? read | TOUCHED.copied : TOUCHED.read;
}
