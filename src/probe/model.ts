/**
 * The chase as the simulator has it: replayed on a machine, and priced with its latencies. A load that misses both levels also pays for the look-up in the
 * second, which hardware makes before it walks; the price lists of results leave that out.
 */
import type { RunConfig } from '../config/schema.js';
import { price } from '../cost/cost-model.js';
import { Cell } from '../run/cell.js';
import type { CellResult } from '../run/cell-result.js';
import { KIND, MAP_FLAG, PROT, type EventBatch, type TraceCharacteristics } from '../trace/event.js';
import { GrowingPages } from '../trace/pages.js';
import { RowBuffer } from '../trace/row-buffer.js';
import { Xorshift128 } from '../trace/generators/random.js';
import { APART, type Curve, type Point } from './curve.js';
import type { Apart } from './knees.js';
import { randomCycle } from '../trace/generators/cycle.js';
import { apartPages, coarse, finer } from './schedule.js';

const CHARACTERISTICS: TraceCharacteristics = {
  source: 'user',
  fetches: false,
  data: true,
  kernelReferences: false,
  tableWrites: false,
  physicalAddresses: false,
  counts: 'exact',
  filterSets: null,
};

/** First page: that of address 2^40. */
const BASE = 0x1000_0000;

export interface Translation {
  /** Cycles of translation for a load. */
  readonly cycles: number;
  /** Walks for a load. */
  readonly walks: number;
}

/** @param stride pages from one to the next */
export function modelled(config: RunConfig, strategy: 'native' | 'nested', pages: number, stride = 1): Translation {
  const { dictionary, mapping, round } = chaseTrace(pages, stride);
  const cell = new Cell({ strategy, characteristics: CHARACTERISTICS, config }, dictionary);
  for (const batch of mapping) cell.replay(batch);
  for (const batch of round) cell.replay(batch); // touches the pages and fills all that holds translations
  const warm = cell.result();
  for (const batch of round) cell.replay(batch);
  const whole = cell.result();
  const of = (result: CellResult): number => {
    const { l2TlbHits, walks } = price(result, config.machine, config.costs);
    return l2TlbHits + walks + result.counters.walks * config.machine.tlb.l2HitCycles;
  };
  return {
    cycles: (of(whole) - of(warm)) / pages,
    walks: (whole.counters.walks - warm.counters.walks) / pages,
  };
}

/** The curve that a machine without noise and without a price of data would show, with its knees found to the page. */
export function modelledCurve(config: RunConfig, most: number): { curve: Curve; apart: Apart } {
  const point = (pages: number): Point => ({
    pages,
    spread: { ns: modelled(config, 'native', pages).cycles, noise: 0 },
    dense: { ns: 0, noise: 0 },
  });
  let curve: Curve = coarse(most)
    .filter((pages) => Number.isInteger(Math.log2(pages)))
    .map(point);
  for (let wanted = finer(curve, 1, 0); wanted.length > 0; wanted = finer(curve, 1, 0))
    curve = [...curve, ...wanted.map(point)].sort((a, b) => a.pages - b.pages);
  const asked = apartPages(curve);
  const apart: Apart =
    asked === null ? new Map() : new Map([[asked, { ns: modelled(config, 'native', asked, APART).cycles, noise: 0 }]]);
  return { curve, apart };
}

function chaseTrace(pages: number, stride: number) {
  const dictionary = new GrowingPages();
  for (let page = 0; page < pages; page++) dictionary.append(BASE + page * stride);
  const rows = new RowBuffer();
  rows.row(KIND.initialMapping, 0, 0, 0);
  for (const operand of [BASE, pages * stride, PROT.read | PROT.write, MAP_FLAG.anonymous | MAP_FLAG.shared])
    rows.numberOperand(operand);
  const mapping = [rows.take()];
  return { dictionary, mapping, round: [reads(randomCycle(pages, new Xorshift128(pages)))] };
}

/** A read of each page along a cycle. */
function reads(successor: Uint32Array): EventBatch {
  const { length } = successor;
  const page = new Uint32Array(length);
  for (let row = 1; row < length; row++) page[row] = successor[page[row - 1]!]!;
  return {
    length,
    kind: new Uint8Array(length).fill(KIND.read),
    space: new Uint16Array(length),
    page,
    count: new Uint32Array(length).fill(1),
    operandStart: new Uint32Array(length + 1),
    operands: new Uint32Array(0),
  };
}
