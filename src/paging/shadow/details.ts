/** What a VMM with shadow tables counts besides its exits. */
export interface ShadowDetails extends Record<string, number> {
  /** Stores carried out by the VMM: after a walk of the guest's tables, or at once because the last one was through the same page. */
  emulatedAfterWalk: number;
  emulatedAtOnce: number;
  /** Tables brought back in sync because too many were out of it. */
  unsyncEvictions: number;
  /** Shadows made of the guest's leaf tables. */
  leafTablesMade: number;
}

export function newShadowDetails(): ShadowDetails {
  return { emulatedAfterWalk: 0, emulatedAtOnce: 0, unsyncEvictions: 0, leafTablesMade: 0 };
}
