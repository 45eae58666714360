import type { MachineName } from './machines/index.js';

/** The machine of whoever names none; in a file of its own, so that help can say it without loading all machines. */
export const DEFAULT_MACHINE: MachineName = 'amd-zen4';
