/**
 * An Arrow IPC file, `.arrow`: all records with plain columns, for readers that know no dictionaries which grow from batch to batch (polars, DuckDB):
 * `kind` (text, a dictionary that is complete from the beginning), `space`, `page` (null for events), `count`, `operands`. The header of the
 * trace stands in the metadata of the schema, as in the native format.
 */
import { chunkQueue } from '../arrow-chunks.js';
import { wideOperands } from '../encoder.js';
import { KIND_NAMES, LAST_REFERENCE, type EventBatch, type PageDictionary } from '../event.js';
import { headerToJson, METADATA } from '../layout.js';
import type { ExportFormat } from './format.js';

export const arrow: ExportFormat = {
  description: 'an Arrow IPC file of all records with plain columns, for polars, DuckDB and pyarrow',
  suffix: '.arrow',
  text: false,
  async *encode(source) {
    const library = await import('apache-arrow');
    const { Field, makeData } = library;
    const uint64 = new library.Uint64();
    const kindType = new library.Dictionary(new library.Utf8(), new library.Uint8(), 0);
    const types = {
      kind: kindType,
      space: new library.Uint16(),
      page: uint64,
      count: new library.Uint32(),
      operands: new library.List(new Field('item', uint64, false)),
    };
    const fields = Object.entries(types).map(([name, type]) => new Field(name, type, name === 'page'));
    const schema = new library.Schema(fields, new Map([[METADATA.trace, headerToJson(source.header)]]));
    const rowType = new library.Struct(fields);
    const names = library.vectorFromArray([...KIND_NAMES], new library.Utf8());
    const chunks = chunkQueue(library);
    const writer = new library.RecordBatchFileWriter();
    writer.reset(chunks, schema);
    for await (const batch of source.batches()) {
      const { length, kind, space, count, operandStart, operands } = batch;
      const { pages, present, nullCount } = pageColumn(batch, source.pages);
      const item = makeData({ type: uint64, data: wideOperands(operands, operandStart[length]!) });
      const valueOffsets = new Int32Array(operandStart.subarray(0, length + 1));
      const children = [
        makeData({ type: kindType, data: kind.subarray(0, length), dictionary: names }),
        makeData({ type: types.space, data: space.subarray(0, length) }),
        makeData({ type: uint64, data: pages, nullCount, nullBitmap: present }),
        makeData({ type: types.count, data: count.subarray(0, length) }),
        makeData({ type: types.operands, valueOffsets, child: item }),
      ];
      writer.write(new library.RecordBatch(schema, makeData({ type: rowType, length, nullCount: 0, children })));
      yield* chunks.take();
    }
    writer.finish();
    yield* chunks.take();
  },
};

/** Page numbers, and a bit for each row that has one. */
function pageColumn({ length, kind, page }: EventBatch, { vpn }: PageDictionary) {
  const pages = new BigUint64Array(length);
  const present = new Uint8Array(Math.ceil(length / 64) * 8);
  let references = 0;
  for (let row = 0; row < length; row++) {
    if (kind[row]! > LAST_REFERENCE) continue;
    pages[row] = BigInt(vpn[page[row]!]!);
    present[row >> 3]! |= 1 << (row & 7);
    references++;
  }
  return { pages, present, nullCount: length - references };
}
