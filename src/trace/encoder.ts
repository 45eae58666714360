/** Turns batches into the bytes of the native format (see layout.ts), by apache-arrow. */
import type { Data, Uint64 } from 'apache-arrow';
import { ModelError } from '../errors.js';
import { chunkQueue } from './arrow-chunks.js';
import { LAST_REFERENCE, type EventBatch, type PageDictionary } from './event.js';
import { headerToJson, METADATA, TraceChecksum } from './layout.js';
import type { TraceSource } from './source.js';

const END: EventBatch = {
  length: 0,
  kind: new Uint8Array(0),
  space: new Uint16Array(0),
  page: new Uint32Array(0),
  count: new Uint32Array(0),
  operandStart: new Uint32Array(1),
  operands: new Uint32Array(0),
};

/** The uncompressed stream of a trace, in chunks that may be views of the batches. */
export async function* encodeTrace(source: TraceSource): AsyncGenerator<Uint8Array, void, undefined> {
  // Imported here because it costs 0.1 s of start-up, and reading does not need it.
  const arrow = await import('apache-arrow');
  const { Field, makeData } = arrow;

  const uint64 = new arrow.Uint64();
  const pageType = new arrow.Dictionary(uint64, new arrow.Uint32(), 0);
  const operandsType = new arrow.List(new Field('item', uint64));
  const json = headerToJson(source.header);
  const kindType = new arrow.Uint8();
  const spaceType = new arrow.Uint16();
  const countType = new arrow.Uint32();
  const fields = [
    new Field('kind', kindType),
    new Field('space', spaceType),
    new Field('page', pageType),
    new Field('count', countType),
    new Field('operands', operandsType),
  ];
  const schema = new arrow.Schema(fields, new Map([[METADATA.trace, json]]));
  const rowType = new arrow.Struct(fields);

  const chunks = chunkQueue(arrow);
  const writer = new arrow.RecordBatchStreamWriter();
  writer.reset(chunks);
  const checksum = new TraceChecksum(json);
  const dictionary: Data<Uint64>[] = [];
  let pages = 0;
  let rows = 0;

  function encode(batch: EventBatch, notes: string | null = null): Uint8Array[] {
    const { length, kind, space, page, count, operandStart, operands } = batch;
    const used = Math.max(pages, pagesUsed(batch));
    if (used > source.pages.size)
      throw new ModelError(`page ${used - 1} of ${source.pages.size} in a batch to be written`);
    const newPages = pageNumbers(source.pages, pages, used);
    // The writer tells additions from a new dictionary by the identity of the first chunk.
    if (used > pages || dictionary.length === 0) dictionary.push(makeData({ type: uint64, data: newPages }));
    pages = used;
    rows += length;
    checksum.add(new Uint8Array(newPages.buffer), batch);
    if (notes !== null) checksum.addText(notes);
    const item = makeData({ type: uint64, data: wideOperands(operands, operandStart[length]!) });
    const children = [
      makeData({ type: kindType, data: kind.subarray(0, length) }),
      makeData({ type: spaceType, data: space.subarray(0, length) }),
      makeData({ type: pageType, data: page.subarray(0, length), dictionary: new arrow.Vector(dictionary) }),
      makeData({ type: countType, data: count.subarray(0, length) }),
      makeData({ type: operandsType, valueOffsets: new Int32Array(operandStart.subarray(0, length + 1)), child: item }),
    ];
    const metadata = new Map([
      [METADATA.rows, String(rows)],
      [METADATA.crc32, checksum.toString()],
      ...(notes === null ? [] : [[METADATA.notes, notes] as const]),
    ]);
    writer.write(new arrow.RecordBatch(schema, makeData({ type: rowType, length, nullCount: 0, children }), metadata));
    return chunks.take();
  }

  for await (const batch of source.batches()) if (batch.length > 0) yield* encode(batch);
  yield* encode(END, source.notes === undefined ? null : JSON.stringify(source.notes.record));
  writer.finish();
  yield* chunks.take();
}

function pagesUsed({ length, kind, page }: EventBatch): number {
  let used = 0;
  for (let i = 0; i < length; i++) if (kind[i]! <= LAST_REFERENCE && page[i]! >= used) used = page[i]! + 1;
  return used;
}

function pageNumbers(pages: PageDictionary, from: number, to: number): BigUint64Array {
  return BigUint64Array.from({ length: to - from }, (_, i) => BigInt(pages.vpn[from + i]!));
}

/** The first `length` operands, as 64-bit numbers over the same memory where its alignment allows. */
export function wideOperands(operands: Uint32Array, length: number): BigUint64Array {
  const halves = operands.subarray(0, 2 * length);
  const { buffer, byteOffset } = halves.byteOffset % 8 === 0 ? halves : halves.slice();
  return new BigUint64Array(buffer, byteOffset, length);
}
