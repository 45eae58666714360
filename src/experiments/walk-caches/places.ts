/** What serves each of the 24 references of a walk. */
import { SAVED_BY, type Saver, type WalkObserver } from '../../mmu/walk-observer.js';
import { PTE } from '../../memory/formats/index.js';

export const SERVERS = ['walkCache', 'nestedTlb', 'l1', 'l2', 'l3', 'memory'] as const;
const FROM_CACHES = SERVERS.indexOf('l1');
const SAVERS = {
  [SAVED_BY.walkCache]: SERVERS.indexOf('walkCache'),
  [SAVED_BY.nestedTlb]: SERVERS.indexOf('nestedTlb'),
};

const LEVELS = [4, 3, 2, 1] as const;
/** In the order of a walk, by Bhargava's names: the nested entry by the guest table that it leads to, and the guest entry itself. */
export const PLACES: readonly string[] = [
  ...LEVELS.flatMap((guest) => [...LEVELS.map((nested) => `nL${nested},gL${guest}`), `gL${guest},G`]),
  ...LEVELS.map((nested) => `nL${nested},gPA`),
];

/** Of four levels on four, where walk caches save one entry at a time, in the order of the walk. */
export class WalkPlaces implements WalkObserver {
  /** Of walks that ended in a translation: by place and server. */
  readonly counts = PLACES.map(() => SERVERS.map(() => 0));
  /** What has served the present walk so far. */
  private walk: number[] = [];

  reference(_dimension: number, _level: number, _address: number, low: number, _high: number, served: number): void {
    if ((low & PTE.present) === 0) this.walk = [];
    else this.serve(FROM_CACHES + served);
  }

  saved(_dimension: number, _level: number, by: Saver): void {
    this.serve(SAVERS[by]);
  }

  update(): void {
    // Setting a bit is no read.
  }

  private serve(server: number): void {
    this.walk.push(server);
    if (this.walk.length < PLACES.length) return;
    this.walk.forEach((by, place) => this.counts[place]![by]!++);
    this.walk = [];
  }
}
