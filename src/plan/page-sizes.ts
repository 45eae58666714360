/** Pages between which a plan chooses: here, so that they can be named without loading schemas. */

export const GUEST_PAGES = ['4k', 'thp'] as const;
export const HOST_PAGES = ['4k', '2m', '1g'] as const;
