/** The generators of page streams. A new one is a file here and a line below. */
import type { PageGenerator } from '../page-generator.js';
import { chase } from './chase.js';
import { sequential } from './sequential.js';
import { uniform } from './uniform.js';
import { zipf } from './zipf.js';

export const PAGE_GENERATORS = { sequential, uniform, zipf, chase } as const satisfies Record<string, PageGenerator>;

export type PageGeneratorName = keyof typeof PAGE_GENERATORS;
