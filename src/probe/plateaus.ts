/** Latencies of the data caches: dense footprints that are well within one cache, and well out of the one before it. */
import type { Machine } from '../config/machine-schema.js';
import { LINE_BYTES, type Curve } from './curve.js';

export type CacheTimes = Readonly<Record<'l1d' | 'l2' | 'l3', number | null>>;

/** Out of a cache: so many times its size, since others than LRU keep a part. Within: so much of it. */
const OUT = 1.5;
const WITHIN = { l1d: 0.5, l2: 0.25, l3: 0.25 } as const;

export function cacheTimes(curve: Curve, { l1d, l2, l3 }: Machine['caches']): CacheTimes {
  const least = (from: number, to: number): number | null => {
    const inside = curve.filter(({ pages }) => pages * LINE_BYTES >= from && pages * LINE_BYTES <= to);
    return inside.length === 0 ? null : Math.min(...inside.map(({ dense }) => dense.ns));
  };
  const bytes = ({ kib }: { kib: number }): number => kib * 1024;
  return {
    l1d: least(0, WITHIN.l1d * bytes(l1d)),
    l2: least(OUT * bytes(l1d), WITHIN.l2 * bytes(l2)),
    l3: l3 === null ? null : least(2 * OUT * bytes(l2), WITHIN.l3 * bytes(l3)),
  };
}
