/** Plays what can be stepped through: goes on by itself until its end, or until it is stopped. */
import { useEffect, useState } from 'preact/hooks';

/** Time that a step stands. */
const STEP_MS = 120;

/**
 * Goes on by itself, and at once to the end for a reader who wants no movement. The address follows when it stops: browsers let it change
 * a few times a second only.
 */
export function usePlayer(stands: number, last: number, go: (to: number) => void) {
  const [moving, setMoving] = useState<number | null>(null);
  const at = moving ?? stands;
  const stop = (): void => setMoving(null);
  useEffect(() => {
    if (moving === null) return;
    if (moving === last) {
      stop();
      return go(last);
    }
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const next = setTimeout(() => setMoving(still ? last : moving + 1), still ? 0 : STEP_MS);
    return () => clearTimeout(next);
  }, [moving]);
  const toggle = (): void => {
    if (moving === null) return setMoving(stands === last ? 0 : stands);
    stop();
    go(moving);
  };
  return { at, plays: moving !== null, stop, toggle };
}
