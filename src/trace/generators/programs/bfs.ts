/**
 * Breadth-first search from one root after the other over a Kronecker graph, as Graph500 has it: offsets and edges in compressed rows, a
 * parent for each vertex, and a queue. Before each search the parents are cleared.
 */
import { Arrays } from '../arrays.js';
import { kroneckerGraph } from '../kronecker.js';
import { CODE, startProgram } from '../program.js';
import { programGenerator } from '../program-generator.js';

export const bfs = programGenerator({
  description: 'breadth-first search over a Kronecker graph (Graph500); an operation is a vertex and its edges',
  parameters: {
    scale: { meaning: 'vertices, as a power of two', default: 16, least: 1, most: 22 },
    degree: { meaning: 'edges of a vertex, on average', default: 16, least: 1, most: 64 },
  },
  begin(script, { scale, degree }, random) {
    startProgram(script);
    const { vertices, offsets, edges } = kroneckerGraph(scale, degree, random);
    const arrays = new Arrays(script);
    const offsetArray = arrays.array(vertices + 1, 8);
    const edgeArray = arrays.array(edges.length, 4);
    const parentArray = arrays.array(vertices, 4);
    const queueArray = arrays.array(vertices, 4);
    const visited = new Uint8Array(vertices);
    const queue = new Uint32Array(vertices);
    let [head, tail] = [0, 0];

    function visit(vertex: number): void {
      visited[vertex] = 1;
      parentArray.write(vertex);
      queueArray.write(tail);
      queue[tail++] = vertex;
    }

    function newSearch(): void {
      parentArray.writeAll(0, vertices);
      visited.fill(0);
      [head, tail] = [0, 0];
      let root = random.below(vertices);
      while (edges.length > 0 && offsets[root] === offsets[root + 1]) root = random.below(vertices);
      visit(root);
    }

    return () => {
      script.reference('fetch', CODE);
      if (head === tail) newSearch();
      queueArray.read(head);
      const vertex = queue[head++]!;
      offsetArray.read(vertex);
      offsetArray.read(vertex + 1);
      for (let at = offsets[vertex]!; at < offsets[vertex + 1]!; at++) {
        edgeArray.read(at);
        const neighbour = edges[at]!;
        parentArray.read(neighbour);
        if (visited[neighbour] === 0) visit(neighbour);
      }
    };
  },
});
