/**
 * Measures one case in this process, with benchmark.js. All strategies are warmed first, so that the compiler has seen the calls
 * as varied as they are in a worker; a generated stream is replayed once before, so that its pages are mapped.
 */
import Benchmark from 'benchmark';
import { COSTS } from '../config/costs/index.js';
import { runSchema, type RunConfig } from '../config/schema.js';
import type { Counters } from '../counters/counters.js';
import { ModelError } from '../errors.js';
import { STRATEGY_NAMES, type StrategyName } from '../paging/index.js';
import { Cell, runCell } from '../run/cell.js';
import { rowsFrom } from '../trace/event.js';
import { generateTrace } from '../trace/generate.js';
import { openAnyTrace } from '../trace/open.js';
import { loadShared, type SharedTrace } from '../trace/shared.js';
import type { TraceSource } from '../trace/source.js';
import { isRecorded, type BenchCase, type Measurement } from './case.js';
import { ORGANISATIONS, type OrganisationName } from './organisations.js';

const BUDGET_BYTES = 2 ** 32;

const configOf = (organisation: OrganisationName): RunConfig =>
  runSchema.parse({ machine: ORGANISATIONS[organisation], costs: COSTS['epyc-2020'] });

export async function measure(benchCase: BenchCase): Promise<Measurement> {
  const { stream, strategy, samples } = benchCase;
  const config = configOf(benchCase.organisation);
  const warm = await load(generateTrace('zipf', { refs: benchCase.warmRefs }));
  for (const name of STRATEGY_NAMES) runCell(specOf(name, warm, config), warm.pages, warm.batches);
  const recorded = isRecorded(stream);
  const source = recorded ? await openAnyTrace(benchCase.recorded!) : generateTrace(stream, { refs: benchCase.refs });
  const trace = await load(beginning(source, benchCase.batches));
  const { batches } = trace;
  const spec = specOf(strategy, trace, config);
  const runs = batches.reduce((sum, { length }) => sum + length, 0);
  const replay = recorded ? freshReplay(spec, trace, batches) : steadyReplay(spec, trace, batches);
  const before = replay();
  const total = replay();
  const seconds = await best(replay, samples);
  const refs = recorded ? total.refs : total.refs - before.refs;
  const bytes = leftToCollect(replay);
  return { refsPerSecond: refs / seconds, runsPerSecond: runs / seconds, bytesPerMillionRefs: (bytes / refs) * 1e6 };
}

/** The same trace up to so many batches. */
function beginning(source: TraceSource, count = Infinity): TraceSource {
  async function* batches() {
    let read = 0;
    for await (const batch of source.batches()) {
      yield batch;
      if (++read === count) return;
    }
  }
  return { header: source.header, pages: source.pages, batches };
}

type Spec = ConstructorParameters<typeof Cell>[0];
type Batches = SharedTrace['batches'];

async function load(source: Parameters<typeof loadShared>[0]): Promise<SharedTrace> {
  const trace = await loadShared(source, BUDGET_BYTES);
  if (trace === null) throw new ModelError('a benchmark trace is larger than the memory set aside for it');
  return trace;
}

function specOf(strategy: StrategyName, { header }: SharedTrace, config: RunConfig): Spec {
  return { strategy, characteristics: header.characteristics, config };
}

/** A recorded trace maps its pages itself: each replay begins with a new machine. */
function freshReplay(spec: Spec, trace: SharedTrace, batches: Batches): () => Counters {
  return () => runCell(spec, trace.pages, batches).counters;
}

/** A generated stream goes on where its pages are mapped already: its first row, the mapping, is left out. */
function steadyReplay(spec: Spec, trace: SharedTrace, batches: Batches): () => Counters {
  const cell = new Cell(spec, trace.pages);
  for (const batch of batches) cell.replay(batch);
  const references = batches.map((batch, at) => (at === 0 ? rowsFrom(batch, 1) : batch));
  return () => {
    for (const batch of references) cell.replay(batch);
    return cell.result().counters;
  };
}

/** Bytes of heap that a replay takes; a replay in which the collector ran tells nothing. */
function leftToCollect(replay: () => Counters): number {
  const taken: number[] = [];
  for (let turn = 0; turn < 3; turn++) {
    const before = process.memoryUsage().heapUsed;
    replay();
    taken.push(process.memoryUsage().heapUsed - before);
  }
  return Math.min(...taken.filter((bytes) => bytes >= 0));
}

/** Seconds of the fastest sample. */
function best(replay: () => Counters, samples: number): Promise<number> {
  let sink = 0;
  return new Promise((resolve, reject) => {
    const benchmark = new Benchmark(() => (sink += replay().walkRefs), { minSamples: samples, maxTime: 0 });
    benchmark.on('complete', () => {
      if (sink > 0) resolve(Math.min(...(benchmark.stats.sample as number[])));
      else reject(new ModelError('a benchmark replay made no references'));
    });
    benchmark.on('error', () => {
      reject(benchmark.error);
    });
    benchmark.run();
  });
}
