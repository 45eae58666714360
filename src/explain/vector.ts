/** A test vector, explained: its memory built, its access walked. */
import type { Walker } from '../mmu/walker.js';
import { differencesOf, modeOf, walkerOf, type Vector } from '../verify/vectors.js';
import { Recorder } from './recorder.js';
import type { Explanation, Happening } from './step.js';
import { bitsOf, explainWalk, pageOf, RECEIVERS } from './walk.js';

/** @param file where it stands */
export function explainVector(vector: Vector, file: string): Explanation {
  const walker = walkerOf(vector);
  const difference = differencesOf(vector)[0] ?? null;
  return {
    schema: 'vmmu/explain@1',
    title: `test vector ${vector.id}: ${modeOf(vector)}`,
    source: {
      kind: 'vector',
      id: vector.id,
      file,
      mode: modeOf(vector),
      oracle: vector.expect.oracle,
      agrees: difference === null ? true : `${difference.field}: ${difference.found}; expected ${difference.expected}`,
    },
    happenings: walked(walker, vector),
  };
}

function walked(walker: Walker, { access: given, nested, expect }: Vector): Happening[] {
  const recorder = new Recorder(walker, 'guest');
  const access = { linear: given.linear, type: given.type, user: given.user };
  const around = {
    receiver: nested === null ? RECEIVERS.native : RECEIVERS.nested,
    advancedExitInfo: nested?.advancedExitInfo ?? false,
  };
  const made: Happening[] = [];
  if (expect.load !== undefined) {
    const load = explainWalk(walker, recorder, access, around, () => walker.loadPdptes(), 'pdpteLoad');
    made.push(load);
    if (load.end.kind !== 'loaded') return made;
  }
  made.push(explainWalk(walker, recorder, access, around, () => walker.walk(pageOf(access), bitsOf(access))));
  return made;
}
