/** The trace of an importer that makes rows of a user trace while its files go by. */
import type { EventBatch, TraceCharacteristics } from './event.js';
import type { ImportOptions } from './formats/format.js';
import type { TraceSource } from './source.js';
import type { UserRows } from './user-rows.js';

/** References of user programs, all of them, counted one by one. */
export const USER_TRACE: TraceCharacteristics = {
  source: 'user',
  fetches: true,
  data: true,
  kernelReferences: false,
  tableWrites: false,
  physicalAddresses: false,
  counts: 'exact',
  filterSets: null,
};

export interface Differences {
  readonly characteristics?: Partial<TraceCharacteristics>;
  /** What people must know of it, behind what the header says of its capture. */
  readonly remark?: string;
}

/** @param decode yields batches of `rows` where they are full, and leaves the last to us */
export function userTrace(
  { name, source, notes }: ImportOptions,
  rows: UserRows,
  decode: () => AsyncGenerator<EventBatch, void, undefined>,
  { characteristics, remark }: Differences = {},
): TraceSource {
  async function* batches(): AsyncGenerator<EventBatch, void, undefined> {
    yield* decode();
    yield rows.take();
  }
  const header = {
    name,
    characteristics: { ...USER_TRACE, ...characteristics },
    source: remark === undefined ? source : { ...source, captured: `${source.captured}; ${remark}` },
  };
  return { header, pages: rows.pages, batches, notes };
}
