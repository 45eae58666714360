/** The generators of programs. A new one is a file here and a line below. */
import type { EventGenerator } from '../event-generator.js';
import { bTree } from './b-tree.js';
import { bfs } from './bfs.js';
import { bootEvents } from './boot-events.js';
import { build } from './build.js';
import { database } from './database.js';
import { forkServer } from './fork-server.js';
import { gcSweep } from './gc-sweep.js';
import { gups } from './gups.js';
import { hashJoin } from './hash-join.js';
import { keyValue } from './key-value.js';
import { matrixMultiply } from './matrix-multiply.js';
import { stencil } from './stencil.js';

export const PROGRAMS = {
  gups,
  'matrix-multiply': matrixMultiply,
  stencil,
  bfs,
  'b-tree': bTree,
  'hash-join': hashJoin,
  'gc-sweep': gcSweep,
  'key-value': keyValue,
  database,
  'fork-server': forkServer,
  build,
  'boot-events': bootEvents,
} as const satisfies Record<string, EventGenerator>;

export type ProgramName = keyof typeof PROGRAMS;
