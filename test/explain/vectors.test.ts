import { describe, expect, test } from 'vitest';
import type { Step, Walk, WalkEnd } from '../../src/explain/step.js';
import { explainVector } from '../../src/explain/vector.js';
import { vectorsOf } from './walks.js';

const EVERY = 50;

describe.each(['native', 'npt', 'ept'])('%s vectors', (suite) => {
  const sample = vectorsOf(suite).filter((_, at) => at % EVERY === 0);

  test.each(sample.map((vector) => [vector.id, vector] as const))(
    '%s: reads, writes and outcome as expected',
    (_, vector) => {
      const { happenings, source } = explainVector(vector, suite);
      const made = happenings as readonly Walk[];
      const walk = made.find(({ event }) => event === 'walk');
      const load = made.find(({ event }) => event === 'pdpteLoad');
      const { expect: expected } = vector;
      expect(source['agrees']).toBe(true);
      expect(listed(walk, 'reference')).toEqual(expected.reads);
      expect(listed(walk, 'update')).toEqual(expected.writes);
      if (expected.load !== undefined) expect(listed(load, 'reference')).toEqual(expected.load.reads);
      const { end } = walk ?? load!;
      expect(outcome(end, made.at(-1)!.tables.nestedFormat !== null)).toEqual(expected.outcome);
    },
  );
});

function listed(walk: Walk | undefined, kind: Step['kind']): string[] {
  return (walk?.steps ?? []).flatMap((step) => {
    if (step.kind !== kind || step.kind === 'saved') return [];
    const place = `${step.dimension[0]!}${step.level}@${step.address}`;
    return [step.kind === 'update' ? `${place}=${step.value}` : place];
  });
}

/** In the vectors' terms. */
function outcome(end: WalkEnd, nested: boolean): Record<string, unknown> {
  switch (end.kind) {
    case 'translated':
      return {
        kind: 'ok',
        pa: end.systemPhysical,
        guestPageSize: end.guestPageBytes,
        ...(nested ? { hostPageSize: end.hostPageBytes } : {}),
        global: end.global,
      };
    case 'pageFault':
      return { kind: 'pf', errorCode: Number(end.errorCode.value), cr2: end.cr2 };
    case 'generalProtection':
      return { kind: 'gp', at: end.at };
    case 'nestedPageFault':
      return { kind: 'npf', exitInfo1: end.exitInfo1.value, exitInfo2: end.guestPhysical };
    case 'eptViolation': {
      const { qualification, guestPhysical, linear, at } = end;
      return { kind: 'eptViolation', qualification: qualification.value, gpa: guestPhysical, gla: linear, at };
    }
    case 'eptMisconfiguration':
      return { kind: 'eptMisconfig', gpa: end.guestPhysical, at: end.at };
    case 'loaded':
      return { kind: 'loaded' };
  }
}
