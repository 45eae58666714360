/** The replacement policies of TLB arrays, by the name that machine descriptions use. */
import type { TlbArrayConfig } from '../../config/machine-schema.js';
import { bitPlru } from './bit-plru.js';
import { fifo } from './fifo.js';
import { lru } from './lru.js';
import { mru3Plru4 } from './mru3-plru4.js';
import { random } from './random.js';
import type { Victim } from './replacement.js';
import { treePlru } from './tree-plru.js';

export const REPLACEMENTS = {
  lru,
  'tree-plru': treePlru,
  'bit-plru': bitPlru,
  fifo,
  random,
  'mru3-plru4': mru3Plru4,
} as const satisfies Record<TlbArrayConfig['replacement'], Victim>;
