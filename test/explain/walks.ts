/** Walks of explanations, as tests look at them. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { resolveConfig } from '../../src/config/resolve.js';
import type { RunConfig } from '../../src/config/schema.js';
import { explainMapping } from '../../src/explain/generated.js';
import type { MappingRequest } from '../../src/explain/mapping-choices.js';
import { defaultMachine, mappingConfig } from '../../src/explain/mapping-request.js';
import { walksOf, type Explanation, type ReferenceStep, type Walk } from '../../src/explain/step.js';
import type { WalkCaches } from '../../src/config/walk-caches.js';
import type { Vector } from '../../src/verify/vectors.js';

export const REQUEST: MappingRequest = {
  guest: '4level',
  guestPage: '4k',
  host: 'npt',
  hostPage: undefined,
  hostMode: undefined,
  linear: undefined,
  type: 'read',
  user: true,
  clean: false,
  repeat: 1,
  nextPage: false,
  fault: null,
};

export function mapping(asked: Partial<MappingRequest> = {}, walkCaches: WalkCaches = 'none'): Explanation {
  const request = { ...REQUEST, ...asked };
  return explainMapping(request, configFor(request, walkCaches));
}

export function configFor(request: MappingRequest, walkCaches: WalkCaches = 'none'): RunConfig {
  return mappingConfig(request, baseOf(defaultMachine(request), walkCaches));
}

/** Machines that were asked for. */
const BASES = new Map<string, RunConfig>();

function baseOf(machine: string, walkCaches: WalkCaches): RunConfig {
  const key = `${machine} ${walkCaches}`;
  const base = BASES.get(key) ?? resolveConfig({ machine, walkCaches }, () => '');
  BASES.set(key, base);
  return base;
}

export function referencesOf({ steps }: Walk): ReferenceStep[] {
  return steps.filter((step) => step.kind === 'reference');
}

export function firstWalk(explanation: Explanation): Walk {
  return walksOf(explanation.happenings)[0]!;
}

export function vectorsOf(suite: string): Vector[] {
  const bytes = readFileSync(new URL(`../vectors/${suite}.jsonl.gz`, import.meta.url));
  const lines = gunzipSync(bytes).toString().trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Vector);
}
