/**
 * Mitosis artifact, ASPLOS 2020, figure 6, LP-LD: share of all cycles that native walks take, with pages of 4 KiB and tables and data in local
 * memory. And what stands for each program here: about 256 MiB, where theirs had hundreds of GiB.
 */
import type { Program } from './workloads.js';

export interface WalkFraction {
  readonly name: string;
  readonly fraction: number;
  /** null: there is no generator of anything like it. */
  readonly program: Program | null;
}

export const WALK_FRACTIONS: readonly WalkFraction[] = [
  { name: 'GUPS', fraction: 0.8257, program: { name: 'gups', generator: 'gups', parameters: { pages: 2 ** 16 } } },
  {
    name: 'HashJoin',
    fraction: 0.5973,
    program: { name: 'hash-join', generator: 'hash-join', parameters: { build: 2 ** 23, probe: 2 ** 23 } },
  },
  { name: 'Canneal', fraction: 0.4684, program: null },
  { name: 'BTree', fraction: 0.4297, program: { name: 'b-tree', generator: 'b-tree', parameters: { keys: 2 ** 24 } } },
  { name: 'XSBench', fraction: 0.346, program: null },
  { name: 'PageRank', fraction: 0.3038, program: null },
  {
    name: 'Redis',
    fraction: 0.2827,
    program: { name: 'key-value', generator: 'key-value', parameters: { keys: 2 ** 19 } },
  },
  { name: 'LibLinear', fraction: 0.101, program: null },
];
