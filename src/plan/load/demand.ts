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
  /** Under what it was measured, so that the time of translation can be told from that of work; null: loads are of a second of work alone. */
  readonly under: Measured | null;
  /** A trace was replayed: agile paging too, and with the guest's own large pages. */
  readonly replayed: boolean;
}
