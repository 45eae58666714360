/** What is asked of every kind of evidence: the load under any configuration, with each uncertain input where one likes. */
import type { At, Input } from '../inputs.js';
import type { Configuration } from '../configuration.js';
import type { Load } from './load.js';

/** What it ran under: on the bare machine too. */
export interface Measured extends Omit<Configuration, 'paging'> {
  readonly paging: Configuration['paging'] | 'native';
}

export interface Demand {
  readonly inputs: readonly Input[];
  /** In a second of a virtual processor that runs all the time. */
  load(configuration: Measured, at: At): Load;
  /** What was measured, on the processor and under what it was: its time is no work. null: loads are of a second of work alone. */
  readonly measured: { readonly under: Measured; readonly load: (at: At) => Load } | null;
  /** Why nothing is known of a kind of paging; null: something is. */
  readonly lacks: (paging: Configuration['paging']) => string | null;
  /** A trace was replayed: agile paging too, and with the guest's own large pages. */
  readonly replayed: boolean;
}
