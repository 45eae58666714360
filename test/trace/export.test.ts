/** What is written in foreign formats, byte by byte as their documents say, and counted again by decoders of this file. */
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { shippedPath } from '../../src/trace/shipped.js';
import { UsageError } from '../../src/errors.js';
import { cutTrace } from '../../src/trace/cut/cut.js';
import { positionOf } from '../../src/trace/cut/position.js';
import type { TraceCharacteristics } from '../../src/trace/event.js';
import { Drops } from '../../src/trace/export/drops.js';
import { EXPORT_FORMATS, type ExportFormatName } from '../../src/trace/export/index.js';
import { TRACE_FORMATS } from '../../src/trace/formats/index.js';
import { generateTrace } from '../../src/trace/generate.js';
import { ImportNotes } from '../../src/trace/notes.js';
import { openAnyTrace } from '../../src/trace/open.js';
import type { TraceSource } from '../../src/trace/source.js';
import { traceStatistics } from '../../src/trace/statistics.js';
import { handMade, HEADER, rowsOf, type Row } from './hand-made.js';

async function written(format: ExportFormatName, source: TraceSource) {
  const drops = new Drops();
  const chunks: Uint8Array[] = [];
  for await (const chunk of EXPORT_FORMATS[format].encode(source, drops)) chunks.push(Buffer.from(chunk));
  return { bytes: Buffer.concat(chunks), drops: Object.fromEntries(drops.byClass) };
}

const ref = (kind: 'fetch' | 'read' | 'write', page: number, count: number, ...operands: bigint[]): Row => ({
  kind,
  space: 0,
  page,
  count,
  operands,
});
const ROWS: Row[] = [
  { kind: 'munmap', space: 0, page: null, count: 0, operands: [7n, 1n] },
  ref('fetch', 0x400, 3),
  ref('read', 0x70f60, 2),
  ref('write', 0x1, 1),
  ref('read', 0x2, 1, 0n, 0x888n),
  ref('fetch', 0x401, 1, 0x123456n),
  { ...ref('read', 0xf_ffff_ffff_ffff, 1), space: 3 },
];
/** None of them has room for these. */
const DROPPED = { 'munmap events': 1, 'address spaces of runs': 1, 'physical addresses': 1 };

const FILTERED: TraceCharacteristics = { ...HEADER.characteristics, counts: 'since-previous-row', filterSets: 512 };

describe('dinero', () => {
  test('is a line for each reference: label, address', async () => {
    const { bytes, drops } = await written('dinero', handMade(ROWS));
    expect(bytes.toString()).toBe(
      '2 400000\n2 400000\n2 400000\n0 70f60000\n0 70f60000\n1 1000\n0 2888\n2 401456\n0 fffffffffffff000\n',
    );
    expect(drops).toEqual(DROPPED);
  });

  test('of a trace that does not count the references of a run: a line for each run', async () => {
    const rows = [ref('fetch', 1, 5), ref('read', 2, 4), ref('write', 3, 0)];
    const { bytes, drops } = await written('dinero', handMade(rows, { ...HEADER, characteristics: FILTERED }));
    expect(bytes.toString()).toBe('2 1000\n0 2000\n1 3000\n');
    expect(drops).toEqual({ 'references between rows': 5 + 3 });
  });

  test('of a long run is as long', async () => {
    const { bytes } = await written('dinero', handMade([ref('read', 0, 250_001)]));
    expect(bytes.length).toBe(250_001 * '0 0\n'.length);
  });
});

describe('ChampSim', () => {
  test('has 64 bytes for an instruction: ip, then two stores at 16 and four loads at 32', async () => {
    const { bytes, drops } = await written(
      'champsim',
      handMade([ref('read', 0x1000cdced, 1, 0n, 0x130n), ref('fetch', 0x400, 1)]),
    );
    // The record of the format's description, without its registers.
    expect(bytes.toString('hex')).toBe(
      `0000400000000000${'00'.repeat(8)}${'00'.repeat(16)}30d1cecd00100000${'00'.repeat(24)}`,
    );
    expect(drops).toEqual({});
  });

  interface Instruction {
    ip: bigint;
    stores: bigint[];
    loads: bigint[];
  }

  function decoded(bytes: Buffer): Instruction[] {
    expect(bytes.length % 64).toBe(0);
    return Array.from({ length: bytes.length / 64 }, (_, at) => {
      const word = (offset: number): bigint => bytes.readBigUInt64LE(64 * at + offset);
      const held = (offset: number, n: number): bigint[] =>
        Array.from({ length: n }, (__, nth) => word(offset + 8 * nth)).filter((address) => address !== 0n);
      return { ip: word(0), stores: held(16, 2), loads: held(32, 4) };
    });
  }

  test('data that finds no instruction before it goes with those behind it, in order, loads of an instruction before its stores', async () => {
    const rows = [ref('read', 1, 5), ref('write', 2, 1), ref('read', 3, 1), ref('fetch', 9, 4)];
    const { bytes } = await written('champsim', handMade(rows));
    expect(decoded(bytes)).toEqual([
      { ip: 0x9000n, loads: [0x1000n, 0x1000n, 0x1000n, 0x1000n], stores: [] },
      { ip: 0x9000n, loads: [0x1000n], stores: [0x2008n] },
      { ip: 0x9000n, loads: [0x3000n], stores: [] },
      { ip: 0x9000n, loads: [], stores: [] },
    ]);
  });

  test('data goes with the fetch run before it, as far as that has room', async () => {
    const rows = [ref('fetch', 8, 2), ref('write', 1, 5), ref('fetch', 9, 1), ref('read', 2, 1)];
    const { bytes, drops } = await written('champsim', handMade(rows));
    expect(decoded(bytes).map(({ ip, stores, loads }) => [ip, stores.length, loads.length])).toEqual([
      [0x8000n, 2, 0],
      [0x8000n, 2, 0],
      [0x9000n, 1, 0],
      [0x9000n, 0, 1],
    ]);
    expect(drops).toEqual({ 'data references without an instruction': 1 });
  });

  test('data without instructions gets some, which is said; address 0 stands for none', async () => {
    const { bytes, drops } = await written(
      'champsim',
      handMade([ref('read', 1, 6), ref('write', 0, 2), ref('write', 5, 3)]),
    );
    expect(decoded(bytes).map(({ loads, stores }) => [loads.length, stores.length])).toEqual([
      [4, 0],
      [2, 2],
      [0, 1],
    ]);
    expect(drops).toEqual({ 'data references without an instruction': 9, 'references to address 0': 2 });
  });

  test('keeps the order of all data of a trace, and every fetch', async () => {
    const part = async () => await stretch('memcached', 'ref:3000000', 'ref:3200000');
    const { bytes, drops } = await written('champsim', await part());
    const rows = await rowsOf(await part());
    const data = rows.filter(({ kind }) => kind === 'read' || kind === 'write');
    const fetches = rows.filter(({ kind }) => kind === 'fetch');
    const flat = (runs: Row[]): bigint[] =>
      runs.flatMap(({ page, count }) => Array<bigint>(count).fill(BigInt(page!) * 4096n));
    const instructions = decoded(bytes);
    expect(drops['data references without an instruction'] ?? 0).toBe(0);
    expect(instructions.map(({ ip }) => ip)).toEqual(flat(fetches));
    expect(instructions.flatMap(({ loads, stores }) => [...loads, ...stores.map((store) => store ^ 8n)])).toEqual(
      flat(data),
    );
  });
});

describe('CSV', () => {
  test('is a line for each record, events too', async () => {
    const { bytes, drops } = await written('csv', handMade(ROWS));
    expect(bytes.toString().split('\n')).toEqual([
      'kind,space,address,count,operands',
      'munmap,0,,0,7 1',
      'fetch,0,0x400000,3,',
      'read,0,0x70f60000,2,',
      'write,0,0x1000,1,',
      'read,0,0x2000,1,0 2184',
      'fetch,0,0x401000,1,1193046',
      'read,3,0xfffffffffffff000,1,',
      '',
    ]);
    expect(drops).toEqual({});
  });

  test('read again, it is the trace', async () => {
    const part = async () => await stretch('boot', 'record:14000', 'record:16500');
    const [, ...lines] = (await written('csv', await part())).bytes.toString().trimEnd().split('\n');
    const read = lines.map((line): Row => {
      const [kind, space, address, count, operands] = line.split(',') as [Row['kind'], ...string[]];
      return {
        kind,
        space: Number(space),
        page: address === '' ? null : Number(BigInt(address!) / 4096n),
        count: Number(count),
        operands: operands === '' ? [] : operands!.split(' ').map(BigInt),
      };
    });
    expect(read).toEqual(await rowsOf(await part()));
  });
});

/** From … to …, of a shipped trace. */
async function stretch(name: string, from: string, to: string): Promise<TraceSource> {
  const source = await openAnyTrace(shippedPath(name));
  const at = (text: string) => ({ text, position: positionOf(text, source.header.characteristics, '') });
  return cutTrace(source, { from: at(from), to: at(to) });
}

describe('a round trip keeps every count that the format can hold', () => {
  const part = async () => await stretch('memcached', 'ref:1000000', 'ref:1100000');

  /** References by kind and distinct pages, from lines `LABEL ADDRESS` or records. */
  function countsOf(references: Iterable<readonly [kind: string, address: bigint]>) {
    const counts: Record<string, number> = { fetch: 0, read: 0, write: 0 };
    const pages = new Set<bigint>();
    for (const [kind, address] of references) {
      counts[kind]!++;
      pages.add(address / 4096n);
    }
    return { ...counts, pages: pages.size };
  }

  function* ofDinero(text: string) {
    for (const line of text.trimEnd().split('\n')) {
      const [label, address] = line.split(' ') as [string, string];
      yield [{ 0: 'read', 1: 'write', 2: 'fetch' }[label]!, BigInt(`0x${address}`)] as const;
    }
  }

  function* ofChampsim(bytes: Buffer) {
    for (let at = 0; at < bytes.length; at += 64) {
      yield ['fetch', bytes.readBigUInt64LE(at)] as const;
      for (let slot = 16; slot < 64; slot += 8) {
        const address = bytes.readBigUInt64LE(at + slot);
        if (address !== 0n) yield [slot < 32 ? 'write' : 'read', address] as const;
      }
    }
  }

  test('dinero and ChampSim: references by kind, distinct pages', async () => {
    const { references, distinctPages } = await traceStatistics(await part());
    const expected = {
      fetch: references.fetch,
      read: references.inReadRuns,
      write: references.inWriteRuns,
      pages: distinctPages['4k'],
    };
    expect(references.all).toBe(100_000);
    expect(countsOf(ofDinero((await written('dinero', await part())).bytes.toString()))).toEqual(expected);
    expect(countsOf(ofChampsim((await written('champsim', await part())).bytes))).toEqual(expected);
  });

  test.each([
    ['dinero', 'dinero'],
    ['champsim', 'champsim'],
    ['csv', 'records-csv'],
  ] as const)('%s and back: references, pages, and of CSV each record', async (format, importer) => {
    const { bytes } = await written(format, await part());
    const { name, source } = HEADER;
    const options = { path: 'x', name, source, notes: new ImportNotes(), mostExpansion: 1000 };
    const back = () => TRACE_FORMATS[importer].read(Readable.from([bytes]), options);
    const [before, after] = [await traceStatistics(await part()), await traceStatistics(back())];
    expect(after.references.fetch).toBe(before.references.fetch);
    expect(after.references.data).toBe(before.references.data);
    expect(after.distinctPages).toEqual(before.distinctPages);
    expect(after.pages.written).toBe(before.pages.written);
    if (format === 'csv') expect(await rowsOf(back())).toEqual(await rowsOf(await part()));
  });

  test.each(['dinero', 'champsim', 'csv'] as const)(
    '%s: all that is no reference is counted as dropped, or kept',
    async (format) => {
      const { drops, bytes } = await written(format, await part());
      const { events } = await traceStatistics(await part());
      if (format === 'csv') {
        const kinds = bytes
          .toString()
          .split('\n')
          .map((line) => line.split(',')[0]!);
        for (const [kind, count] of Object.entries(events))
          expect(kinds.filter((name) => name === kind).length).toBe(count);
      } else
        expect(drops).toEqual(Object.fromEntries(Object.entries(events).map(([kind, n]) => [`${kind} events`, n])));
    },
  );
});

test('strict: the first thing that a format cannot hold is refused', async () => {
  const encode = async (): Promise<void> => {
    for await (const chunk of EXPORT_FORMATS.dinero.encode(handMade(ROWS), new Drops('dinero')))
      expect(chunk.length).toBe(0);
  };
  await expect(encode()).rejects.toThrow(UsageError);
  await expect(encode()).rejects.toThrow('--strict: found munmap events; dinero has no place for them');
});

test('a generated trace of reads alone is as long in every format', async () => {
  const trace = () => generateTrace('zipf', { refs: 20_000, pages: 64 });
  expect((await written('dinero', trace())).bytes.toString().split('\n').length - 1).toBe(20_000);
  expect((await written('csv', trace())).bytes.toString().split('\n').length - 2).toBe((await rowsOf(trace())).length);
});
