/** The public interface: replays, what they are made of, and what is made of them. */
export { COSTS } from './config/costs/index.js';
export { MACHINES } from './config/machines/index.js';
export type { Machine, MachineInput } from './config/machine-schema.js';
export { resolveConfig, type ConfigInput, type ReadText } from './config/resolve.js';
export type { Costs, RunConfig } from './config/schema.js';
export type { WalkCaches } from './config/walk-caches.js';
export { breakEvenExitCycles, type Priced } from './cost/break-even.js';
export { price, type CostBreakdown, type ExitPrices, type Latencies } from './cost/cost-model.js';
export { COUNTERS, type CounterName, type Counters } from './counters/counters.js';
export { ConfigError, ModelError, TraceError, UsageError } from './errors.js';
export { STRATEGIES, type StackedName, type StrategyName } from './paging/index.js';
export type { PagingStrategy, StrategyDefinition } from './paging/strategy.js';
export { FORMATS, type ReportFormat } from './report/formats.js';
export { manifest, manifestInput, type Manifest, type ManifestInput, type ManifestSweep } from './report/manifest.js';
export { writeOutDir } from './report/out-dir.js';
export {
  resultRow,
  type CellLabel,
  type PageWalkRow,
  type Point,
  type ResultRow,
  type VmmInvocationRow,
} from './report/result-row.js';
export { comparisons, verdict, type BreakEven, type Comparison, type StrategyLine } from './report/summary.js';
export type { CellResult, Intervals, LevelRefs } from './run/cell-result.js';
export { runCell, type CellSpec } from './run/cell.js';
export type { PoolOptions } from './run/pool.js';
export { run, type RunOptions, type RunRequest } from './run/run.js';
export type { Sample } from './run/sample.js';
export type { EventBatch, PageDictionary, TraceCharacteristics } from './trace/event.js';
export { generateTrace, type GeneratedTrace, type GeneratorOptions, type InsertableEvent } from './trace/generate.js';
export type { PageGeneratorName } from './trace/generators/pages/index.js';
export type { NotesRecord } from './trace/notes.js';
export { openAnyTrace, type OpenOptions } from './trace/open.js';
export { shippedNames, shippedPath } from './trace/shipped.js';
export type { TraceHeader, TraceOrigin, TraceSource } from './trace/source.js';
export { EXITS, type ExitCause, type ExitDefinition } from './vmm/exits.js';
