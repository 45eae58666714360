/** The generators of synthetic traces. A new one is a file here and a line below. */
import { chase } from './chase.js';
import type { PageGenerator } from './generator.js';
import { sequential } from './sequential.js';
import { uniform } from './uniform.js';
import { zipf } from './zipf.js';

export const GENERATORS = { sequential, uniform, zipf, chase } as const satisfies Record<string, PageGenerator>;

export type GeneratorName = keyof typeof GENERATORS;
