/** What an address space of the guest maps where: Linux's memory areas, without the tables. */
import type { Area } from '../trace/areas.js';

/** The pages behind a file or shared mapping: guest frames by page offset, filled as they are first needed. */
export type MemoryObject = Map<number, number>;

/** An area of virtual pages with one protection. */
export interface Mapping extends Area {
  /** Bits of PROT. */
  readonly prot: number;
  readonly shared: boolean;
  /** Pages of a file, or of shared memory; null for private anonymous memory. */
  readonly object: MemoryObject | null;
}
