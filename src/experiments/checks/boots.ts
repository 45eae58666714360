/** A boot under shadow and nested paging: as it was recorded, and made at the rates of events that KVM counted of one. */
import type { RunConfig } from '../../config/schema.js';
import type { StrategyName } from '../../paging/index.js';
import type { CellResult } from '../../run/cell-result.js';
import { streamCell } from '../../run/cell.js';
import { generateEvents } from '../../trace/generate-events.js';
import { openAnyTrace } from '../../trace/open.js';
import { shippedPath } from '../../trace/shipped.js';
import { abortable, closing, type TraceSource } from '../../trace/source.js';
import { configOf } from './replay.js';

export const BOOT_HOST_PAGES = ['4k', '2m'] as const;

/** Opened anew for each replay. */
export type Boot = () => Promise<TraceSource>;

export const recordedBoot: Boot = () => openAnyTrace(shippedPath('boot'));
export const madeBoot =
  (refs = 20_000_000): Boot =>
  () =>
    Promise.resolve(generateEvents('boot-events', { refs }));

export const bootConfig = (hostPages: string, set: readonly string[] = []): RunConfig =>
  configOf({ machine: 'intel-cascadelake', hostPages, set });

export async function replayedBoot(
  boot: Boot,
  strategy: StrategyName,
  hostPages: string,
  signal?: AbortSignal,
): Promise<CellResult> {
  const config = bootConfig(hostPages);
  return closing(await boot(), (source) =>
    streamCell({ strategy, characteristics: source.header.characteristics, config }, abortable(source, signal)),
  );
}
