/** The generators of page streams. A new one is a file here and a line below. */
import type { PageGenerator } from '../page-generator.js';
import { chase } from './chase.js';
import { hotspot } from './hotspot.js';
import { sequential } from './sequential.js';
import { strided } from './strided.js';
import { uniform } from './uniform.js';
import { zipfInOrder } from './zipf-in-order.js';
import { zipf } from './zipf.js';

/** Streams of references by name. */
export const PAGE_GENERATORS = {
  sequential,
  strided,
  uniform,
  zipf,
  'zipf-in-order': zipfInOrder,
  hotspot,
  chase,
} as const satisfies Record<string, PageGenerator>;

/** Name of a stream of references. */
export type PageGeneratorName = keyof typeof PAGE_GENERATORS;
