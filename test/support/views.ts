import { expect } from 'vitest';
import type { GuestView } from '../../src/run/guest-view.js';

/** Asked millions of times, so a matcher comes in only to show how they differ. */
export function expectSameEntries({ entries }: GuestView, { entries: others }: GuestView): void {
  if (entries.length !== others.length || entries.some((half, at) => half !== others[at]))
    expect(entries).toEqual(others);
}
