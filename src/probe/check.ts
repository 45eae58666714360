/** A probe's machine in the simulator: the same chases replayed on it, beside what they took. */
import type { RunConfig } from '../config/schema.js';
import { conclusions } from './conclusions.js';
import { excess } from './curve.js';
import { knees, median, type Knee } from './knees.js';
import { modelled, modelledCurve } from './model.js';
import { curveOf, type Probe } from './probe-file.js';
import { told } from './schedule.js';

export interface HardwareRow {
  readonly pages: number;
  readonly measuredNs: number;
  /** Of the data alone: what as many dense lines took. It is measured, and in the model's times too. */
  readonly dataNs: number;
  readonly nativeNs: number;
  readonly nestedNs: number | null;
  /** Of the whole load, and of what translation adds; null where that is below the noise. */
  readonly error: number;
  readonly translationError: number | null;
  /** Walks for a load, in the model. */
  readonly walks: number;
}

export interface KneeCheck {
  readonly level: 'first' | 'second';
  readonly measured: Knee | null;
  readonly modelled: number | null;
  /** null: there is nothing measured to compare with. */
  readonly passed: boolean | null;
}

export interface HardwareCheck {
  /** Whose times the errors are of. */
  readonly strategy: 'native' | 'nested';
  readonly rows: readonly HardwareRow[];
  readonly knees: readonly KneeCheck[];
  /** Medians of the errors' sizes: of all loads, and of translation where the model's TLB hits, and where it walks; null: no footprint is such. */
  readonly medianError: number;
  readonly medianHitError: number | null;
  readonly medianWalkError: number | null;
}

/** Larger ones take long to replay, and are of caches that neighbours share. */
const MOST_PAGES = 16_384;
const CURVE_PAGES = 8192;

export function checkHardware(probe: Probe, config: RunConfig): HardwareCheck {
  const { clockGhz, environment } = probe;
  const isNested = environment.virtual === true && config.machine.nested !== null;
  const strategy = isNested ? 'nested' : 'native';
  const points = told(curveOf(probe.small), conclusions(probe).small).filter(({ pages }) => pages <= MOST_PAGES);
  const translation = new Map(excess(curveOf(probe.small)).map((one) => [one.pages, one]));
  const rows = points.map(({ pages, spread, dense }): HardwareRow => {
    const { cycles, walks } = modelled(config, 'native', pages);
    const native = cycles / clockGhz;
    const nested = isNested ? modelled(config, 'nested', pages).cycles / clockGhz : null;
    const added = nested ?? native;
    const { ns, noise } = translation.get(pages)!;
    return {
      pages,
      measuredNs: spread.ns,
      dataNs: dense.ns,
      nativeNs: dense.ns + native,
      nestedNs: nested === null ? null : dense.ns + nested,
      error: (dense.ns + added) / spread.ns - 1,
      translationError: ns > 2 * noise && ns > 0.1 * dense.ns ? added / ns - 1 : null,
      walks,
    };
  });
  const errors = (of: (row: HardwareRow) => boolean): number | null => {
    const sizes = rows.flatMap((row) =>
      row.translationError !== null && of(row) ? [Math.abs(row.translationError)] : [],
    );
    return sizes.length === 0 ? null : median(sizes);
  };
  return {
    strategy,
    rows,
    knees: kneeChecks(probe, config),
    medianError: median(rows.map(({ error }) => Math.abs(error))),
    medianHitError: errors(({ walks }) => walks === 0),
    medianWalkError: errors(({ walks }) => walks > 0),
  };
}

function kneeChecks(probe: Probe, config: RunConfig): KneeCheck[] {
  const measured = conclusions(probe).small;
  const { curve, apart } = modelledCurve(config, CURVE_PAGES);
  const found = knees(curve, apart);
  return (['first', 'second'] as const).map((level) => {
    const entries = measured[level]?.entries ?? null;
    const of = found[level]?.entries ?? null;
    return { level, measured: measured[level], modelled: of, passed: entries === null ? null : entries === of };
  });
}
