/** The messages of an Arrow IPC stream: metadata decoded, body as bytes (https://arrow.apache.org/docs/format/Columnar.html). */
import type { ByteCursor } from './byte-cursor.js';
import { FlatTable } from './flatbuffer.js';

export type ArrowMessage = SchemaMessage | DictionaryMessage | RecordsMessage;

interface SchemaMessage {
  readonly type: 'schema';
  /** `name: type` of each column. */
  readonly columns: readonly string[];
  readonly metadata: ReadonlyMap<string, string>;
}

export interface DictionaryMessage {
  readonly type: 'dictionary';
  readonly isDelta: boolean;
  readonly values: ArrowBody;
}

interface RecordsMessage {
  readonly type: 'records';
  readonly metadata: ReadonlyMap<string, string>;
  readonly columns: ArrowBody;
}

/** Column data of a message. Every array has two buffers or three: validity (empty here), list offsets, values. */
export interface ArrowBody {
  readonly rows: number;
  /** Length of each array; nested arrays follow their parent. */
  readonly lengths: readonly number[];
  readonly buffers: readonly Uint8Array[];
}

const HEADER = { schema: 1, dictionary: 2, records: 3 } as const;

/** Larger ones are taken for damage: ours are below 1 kB and 3 MB. */
const METADATA_LIMIT = 1 << 20;
const BODY_LIMIT = 1 << 28;

/** The next message, or null at the end-of-stream mark. Throws a RangeError with what was found instead. */
export async function readMessage(bytes: ByteCursor): Promise<ArrowMessage | null> {
  const prefix = await takeAll(bytes, 8, 'another message or the end-of-stream mark');
  const view = new DataView(prefix.buffer);
  if (view.getInt32(0, true) !== -1) {
    const found = Buffer.from(prefix).toString('hex');
    throw new RangeError(`found the bytes ${found}; expected the start of an Arrow IPC message (ffffffff)`);
  }
  const metadataLength = view.getInt32(4, true);
  if (metadataLength === 0) return null;
  if (metadataLength < 0 || metadataLength > METADATA_LIMIT) {
    throw new RangeError(`found a metadata length of ${metadataLength}; expected 1 to ${METADATA_LIMIT}`);
  }
  const message = FlatTable.root(await takeAll(bytes, metadataLength, 'message metadata'));
  const header = message.table(2);
  const bodyLength = message.int64(3);
  if (header === null) throw new RangeError('found a message without a header; expected a schema or column data');
  if (bodyLength < 0 || bodyLength > BODY_LIMIT) {
    throw new RangeError(`found a body length of ${bodyLength}; expected 0 to ${BODY_LIMIT}`);
  }
  const body = await takeAll(bytes, bodyLength, 'column data');
  switch (message.byte(1)) {
    case HEADER.schema:
      return { type: 'schema', columns: header.tables(1).map(describeField), metadata: keyValues(header.tables(2)) };
    case HEADER.dictionary: {
      const values = header.table(1);
      if (values === null) throw new RangeError('found a dictionary without values; expected page numbers');
      return { type: 'dictionary', isDelta: header.byte(2) !== 0, values: readBody(values, body) };
    }
    case HEADER.records:
      return { type: 'records', metadata: keyValues(message.tables(4)), columns: readBody(header, body) };
    default:
      throw new RangeError(`found a message of type ${message.byte(1)}; expected a schema, a dictionary or records`);
  }
}

async function takeAll(bytes: ByteCursor, length: number, what: string): Promise<Uint8Array> {
  const taken = await bytes.take(length);
  if (taken.length < length) throw new RangeError(`found the end of the file; expected ${what}`);
  return taken;
}

function readBody(records: FlatTable, body: Uint8Array): ArrowBody {
  if (records.table(3) !== null) throw new RangeError('found compressed Arrow buffers; expected plain ones');
  const lengths = records.pairs(1).map(([length, nulls]) => {
    if (nulls !== 0) throw new RangeError(`found ${nulls} null values; expected none`);
    return length;
  });
  const buffers = records.pairs(2).map(([offset, length]) => {
    if (offset < 0 || length < 0 || offset % 8 !== 0 || offset + length > body.length) {
      throw new RangeError(
        `found a buffer at ${offset}+${length}; expected it inside the ${body.length} bytes of the message`,
      );
    }
    return body.subarray(offset, offset + length);
  });
  return { rows: records.int64(0), lengths, buffers };
}

function keyValues(entries: readonly FlatTable[]): Map<string, string> {
  return new Map(entries.map((entry) => [entry.text(0), entry.text(1)]));
}

function describeField(field: FlatTable): string {
  const dictionary = field.table(4);
  const type = describeType(field);
  return `${field.text(0)}: ${dictionary === null ? type : `dictionary<${describeInt(dictionary.table(1))}, ${type}>`}`;
}

function describeType(field: FlatTable): string {
  const type = field.byte(2);
  const [child] = field.tables(5);
  if (type === 2) return describeInt(field.table(3));
  return type === 12 && child !== undefined ? `list<${describeType(child)}>` : `type ${type}`;
}

function describeInt(type: FlatTable | null): string {
  return type === null ? 'int32' : `${type.byte(1) === 0 ? 'u' : ''}int${type.int32(0)}`;
}
