/** Events of a guest of KVM on KVM: exits of L0, counted and modelled, beside those of one level. */
import { MEASURED_NESTED, shippedText } from '../../trace/shipped.js';
import { compareMode, replayMode } from '../../verify/nested/compare.js';
import { NESTED_EVENTS, type NestedEventName } from '../../verify/nested/events.js';
import { parseMeasured, type Slope } from '../../verify/nested/measured.js';
import type { ExperimentOptions } from '../experiment.js';

export interface Event {
  readonly mode: string;
  readonly title: string;
  /** The least and the most of several runs. */
  readonly measured: readonly [least: number, most: number];
  readonly modelled: number;
}

export interface Measured {
  readonly events: readonly Event[];
  /** Comparisons of `vmmu verify nested`: exits of L0 and of L1, and what holds between exits. */
  readonly passed: number;
  readonly comparisons: number;
}

const QUICK: readonly NestedEventName[] = ['cpuid', 'invlpg', 'clear-set', 'touch-4k', 'own-fault', 'own-fault-1'];

/** @param onMode told after each */
export function measured({ quick, signal }: ExperimentOptions, onMode: () => void): Measured {
  const parts = parseMeasured(shippedText(MEASURED_NESTED), MEASURED_NESTED).map((whole) => {
    signal?.throwIfAborted();
    const mode = { ...whole, events: whole.events.filter(({ event }) => !quick || QUICK.includes(event)) };
    const replayed = replayMode(mode);
    const checks = compareMode(mode, replayed);
    const events = mode.events.map(({ event, l0Exits }, at) => ({
      ...{ mode: mode.mode, title: NESTED_EVENTS[event].title, measured: bounds(l0Exits) },
      modelled: replayed[at]!.l0Exits,
    }));
    onMode();
    return { events, checks };
  });
  const checks = parts.flatMap((part) => part.checks);
  return {
    events: parts.flatMap(({ events }) => events),
    passed: checks.filter(({ passed }) => passed).length,
    comparisons: checks.length,
  };
}

const bounds = (slope: Slope): readonly [number, number] => (typeof slope === 'number' ? [slope, slope] : slope);
