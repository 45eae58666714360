/** A Kronecker graph as the Graph500 benchmark makes it (specification 1.2, section 3): 2^scale vertices, undirected, its labels shuffled. */
import { Permutation } from './permutation.js';
import type { Xorshift128 } from './random.js';

/** The chance of each quarter of the adjacency matrix, at every level: both halves low; column high; row high; the rest: both high. */
const A = 0.57;
const B = 0.19;
const C = 0.19;

/** Neighbours of vertex v: `edges[offsets[v]]` to `edges[offsets[v + 1] - 1]`. An edge that was drawn twice stands there twice; loops are left out. */
export interface Graph {
  readonly vertices: number;
  readonly offsets: Uint32Array;
  readonly edges: Uint32Array;
}

/** @param degree edges that are drawn, by vertex */
export function kroneckerGraph(scale: number, degree: number, random: Xorshift128): Graph {
  const vertices = 2 ** scale;
  const labels = new Permutation(vertices, random);
  const ends = new Uint32Array(2 * degree * vertices);
  for (let at = 0; at < ends.length; at += 2) {
    let [row, column] = [0, 0];
    for (let level = 0; level < scale; level++) {
      const draw = random.next53();
      row = 2 * row + (draw < A + B ? 0 : 1);
      column = 2 * column + (draw < A || (draw >= A + B && draw < A + B + C) ? 0 : 1);
    }
    ends[at] = labels.at(row);
    ends[at + 1] = labels.at(column);
  }
  return adjacency(vertices, ends);
}

/** Compressed rows of pairs of vertices, in both directions. */
function adjacency(vertices: number, ends: Uint32Array): Graph {
  const offsets = new Uint32Array(vertices + 1);
  const eachEdge = (visit: (from: number, to: number) => void): void => {
    for (let at = 0; at < ends.length; at++) if (ends[at] !== ends[at ^ 1]) visit(ends[at]!, ends[at ^ 1]!);
  };
  eachEdge((from) => offsets[from + 1]!++);
  for (let vertex = 0; vertex < vertices; vertex++) offsets[vertex + 1]! += offsets[vertex]!;
  const edges = new Uint32Array(offsets[vertices]!);
  const next = offsets.slice();
  eachEdge((from, to) => (edges[next[from]!++] = to));
  return { vertices, offsets, edges };
}
