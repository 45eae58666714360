import type { Explanation } from './step.js';
export function explanationSvg(e: Explanation): string { return e.title; }
