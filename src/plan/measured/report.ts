/** Reports of one virtual machine, and what is known of them besides. */
import type { PlacedProfile } from '../../profile/read.js';
import type { ProfileReaderName } from '../../profile/readers/index.js';
import type { Profile } from '../profile.js';
import type { Vendor } from './events.js';

export interface Report {
  readonly path: string;
  readonly source: ProfileReaderName;
  readonly profile: PlacedProfile;
  /** What was left out while it was read. */
  readonly leftOut: Readonly<Record<string, number>>;
}

export type Paging = NonNullable<Profile['under']>['paging'];

export interface Circumstances {
  readonly name?: string;
  /** Of reports that do not tell. */
  readonly seconds?: number;
  readonly vcpus?: number;
  readonly paging?: Paging;
  readonly guestPages?: '4k' | 'thp';
  readonly hostPages?: '4k' | '2m' | '1g';
  readonly machine?: { readonly name: string; readonly vendor: Vendor };
  /** Where `perf stat` ran. */
  readonly perfRan?: 'guest' | 'host';
  readonly footprintMib?: number;
  readonly processes?: number;
}

/** A report whose watched time is known. */
export interface TimedReport extends Report {
  readonly seconds: number;
}

/** What all of the reports say together. */
export interface Around {
  /** null: nothing tells. */
  readonly vendor: Vendor | null;
  readonly paging: Paging | null;
  readonly circumstances: Circumstances;
}
