/** The model's counts of a workload against Xen's, within bands that were set before either was run. */
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
/** Small counts may always be off by as many. */
const SLACK = 60;

const DOMAINS = ['pv', 'shadow', 'hap'] as const satisfies readonly Domain[];

export function compare(file: Measured, replayed: Readonly<Record<Domain, Replayed>>): Check[] {
  return DOMAINS.flatMap((domain) =>
    Object.entries(file[domain]).map(([counter, measured]): Check => {
      const name = counterNamed(domain, counter);
      if (name === null)
        return { domain, counter, measured, modelled: null, ratio: null, band: 'not modelled', passed: null };
      const modelled = replayed[domain].counts[name]!;
      const nearest = measured.toSorted((a, b) => Math.abs(modelled - a) - Math.abs(modelled - b))[0]!;
      const ratio = nearest === 0 ? null : modelled / nearest;
      const { judged } = COMPARED[domain][name]!;
      return { domain, counter, measured, modelled, ratio, ...judge(judged, measured, modelled, nearest) };
    }),
  );
}

function judge(
  judged: Judgement,
  measured: readonly number[],
  modelled: number,
  nearest: number,
): Pick<Check, 'band' | 'passed'> {
  if (judged === 'none') return { band: 'none', passed: modelled === 0 && measured.every((count) => count === 0) };
  if (judged !== 'band') return { band: `depends on ${judged.dependsOn}`, passed: null };
  return { band: '15%', passed: Math.abs(modelled - nearest) <= Math.max(BAND * nearest, SLACK) };
}
