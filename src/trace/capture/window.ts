/** The part of a capture that is kept. */
import { cutTrace, type Cut } from '../cut/cut.js';
import { positionOf } from '../cut/position.js';
import type { TraceSource } from '../source.js';

export interface Window {
  /** From the marker `begin` to the marker `end`. */
  readonly roi: boolean;
  /** References, of what is left then. */
  readonly skip: number;
  readonly limit?: number;
}

export function windowOf(source: TraceSource, { roi, skip, limit }: Window): TraceSource {
  const { characteristics } = source.header;
  const at = (text: string) => ({ text, position: positionOf(text, characteristics, 'capture') });
  const cut = (trace: TraceSource, part: Cut): TraceSource => ({ ...cutTrace(trace, part), notes: trace.notes });
  const region = roi ? cut(source, { from: at('marker:begin'), to: at('marker:end') }) : source;
  if (skip === 0 && limit === undefined) return region;
  return cut(region, {
    ...(skip === 0 ? {} : { from: at(`ref:${skip}`) }),
    ...(limit === undefined ? {} : { to: at(`ref:${skip + limit}`) }),
  });
}
