/**
 * All generators of synthetic traces, by name: page streams, with events in between on request, and what writes a script: programs and
 * event micro-workloads.
 */
import { EVENT_GENERATORS } from './events/index.js';
import { PAGE_GENERATORS } from './pages/index.js';
import { PROGRAMS } from './programs/index.js';

export const SCRIPTED = { ...PROGRAMS, ...EVENT_GENERATORS } as const;

export type ScriptedName = keyof typeof SCRIPTED;

export const GENERATORS = { ...PAGE_GENERATORS, ...SCRIPTED } as const;

export type GeneratorName = keyof typeof GENERATORS;
