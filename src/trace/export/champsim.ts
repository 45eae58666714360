/**
 * ChampSim's instruction records, `.champsim`: 64 bytes each, little-endian: ip, two bytes of branch, two destination and four source registers,
 * addresses of two stores and four loads; 0 = none.
 *
 * Each fetch is an instruction. Data references go with the instructions of the fetch run before theirs, or where that has no room with those
 * behind it, in their order: of one instruction loads come before stores. What is left at the end, or too much of it, gets instructions of
 * its own, which the trace does not have; they repeat the last ip. A run that begins with a write is written as stores: the trace does not
 * say which are loads. Stores are to the second word of what they are to, so that none is taken for one with the load of the same word.
 */
import { KIND } from '../event.js';
import type { Drops } from './drops.js';
import type { ExportFormat } from './format.js';
import { referenceRuns, type ReferenceRun } from './references.js';

const RECORD = 64;
const STORES_AT = 16;
const STORES = 2;
const LOADS_AT = 32;
const LOADS = 4;
const ADDRESS_BYTES = 8;
const SECOND_WORD = 8n;
const CHUNK_RECORDS = 1 << 14;
/** Data runs that may wait; more of them get instructions of their own. */
const MOST_WAITING = 1 << 16;

export const champsim: ExportFormat = {
  description: 'instruction records of 64 bytes: fetches with up to four loads and two stores each',
  suffix: '.champsim',
  text: false,
  async *encode(source, drops) {
    const records = new Records(drops);
    for await (const runs of referenceRuns(source, drops))
      for (const run of runs) yield* run.kind === KIND.fetch ? records.instructions(run) : records.wait(run);
    yield* records.end();
  },
};

class Records {
  private bytes = Buffer.alloc(CHUNK_RECORDS * RECORD);
  private used = 0;
  private ip = 0n;
  /** Instructions of the last fetch run: they are written when it is known which data goes with them. */
  private instructionsLeft = 0;
  /** Data runs in order, and how many references of the first are written. */
  private waiting: ReferenceRun[] = [];
  private first = 0;
  private written = 0;

  constructor(private readonly drops: Drops) {}

  *instructions({ address, count }: ReferenceRun): Generator<Uint8Array> {
    yield* this.lastInstructions();
    this.ip = address;
    this.instructionsLeft = count;
  }

  *wait(run: ReferenceRun): Generator<Uint8Array> {
    if (run.address === 0n) this.drops.add('references to address 0', run.count);
    else this.waiting.push(run);
    if (this.waiting.length - this.first >= MOST_WAITING) yield* this.flush();
  }

  private *lastInstructions(): Generator<Uint8Array> {
    for (; this.instructionsLeft > 0; this.instructionsLeft--) yield* this.record();
  }

  *end(): Generator<Uint8Array> {
    yield* this.lastInstructions();
    yield* this.flush();
    yield this.bytes.subarray(0, this.used);
  }

  /** Instructions that the trace does not have. */
  private *flush(): Generator<Uint8Array> {
    yield* this.lastInstructions();
    const runs = this.waiting.slice(this.first);
    const references = runs.reduce((sum, { count }) => sum + count, 0) - this.written;
    this.drops.add('data references without an instruction', references);
    while (this.first < this.waiting.length) yield* this.record();
  }

  private *record(): Generator<Uint8Array> {
    const { bytes, used } = this;
    bytes.writeBigUInt64LE(this.ip, used);
    let loads = 0;
    let stores = 0;
    while (this.first < this.waiting.length) {
      const { kind, address, count } = this.waiting[this.first]!;
      if (kind === KIND.read) {
        if (loads === LOADS || stores > 0) break;
        bytes.writeBigUInt64LE(address, used + LOADS_AT + loads++ * ADDRESS_BYTES);
      } else {
        if (stores === STORES) break;
        bytes.writeBigUInt64LE(address ^ SECOND_WORD, used + STORES_AT + stores++ * ADDRESS_BYTES);
      }
      if (++this.written < count) continue;
      this.written = 0;
      this.advance();
    }
    this.used += RECORD;
    if (this.used < bytes.length) return;
    yield bytes;
    this.bytes = Buffer.alloc(CHUNK_RECORDS * RECORD);
    this.used = 0;
  }

  private advance(): void {
    if (++this.first < MOST_WAITING) return;
    this.waiting = this.waiting.slice(this.first);
    this.first = 0;
  }
}
