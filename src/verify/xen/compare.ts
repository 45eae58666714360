/** The model's counts of a workload against Xen's, within bands that were set before either was run. */
import { inBand, isAbsent } from '../band.js';
import { COMPARED, counterNamed, type Domain, type Judgement } from './counters.js';
import type { Measured } from './measured.js';
import type { Replayed } from './replay.js';

export interface Check {
  readonly domain: Domain;
  readonly counter: string;
  /** Of each measured run. */
  readonly measured: readonly number[];
  /** Null where the model has no such counter. */
  readonly modelled: number | null;
  /** To the nearer of the measured runs. */
  readonly ratio: number | null;
  /** Text of the band, or why there is none. */
  readonly band: string;
  /** Null without a band. */
  readonly passed: boolean | null;
}

/** Part of the measured count that the model may be off. */
const BAND = 0.15;

const DOMAINS = ['pv', 'shadow', 'hap'] as const satisfies readonly Domain[];

export function compare(file: Measured, replayed: Readonly<Record<Domain, Replayed>>): Check[] {
  return DOMAINS.flatMap((domain) =>
    Object.entries(file[domain]).map(([counter, measured]): Check => {
      const name = counterNamed(domain, counter);
      if (name === null)
        return { domain, counter, measured, modelled: null, ratio: null, band: 'not modelled', passed: null };
      const modelled = replayed[domain].counts[name]!;
      const { judged } = COMPARED[domain][name]!;
      return { domain, counter, measured, modelled, ...judge(judged, measured, modelled) };
    }),
  );
}

function judge(
  judged: Judgement,
  measured: readonly number[],
  modelled: number,
): Pick<Check, 'ratio' | 'band' | 'passed'> {
  const within = inBand(measured, modelled, BAND);
  if (judged === 'band') return within;
  if (judged === 'none') return { ...within, band: 'none', passed: isAbsent(measured, modelled) };
  return { ...within, band: `depends on ${judged.dependsOn}`, passed: null };
}
