import { decimal, percent, whole } from '../../report/number-text.js';
import { generateTrace } from '../../trace/generate.js';
import { within, type Check, type Finding } from './check.js';
import { WALK_DELTAS, type WalkDelta } from './published-walk-deltas.js';
import { afterWarmUp, configOf, recorded, type Recorded, type Stretch } from './replay.js';

const PAGES_OF_MIB = 256;
const REFS = 100_000;
const LINE = 64;

/** What comes once all pages have been touched. */
function warm(trace: Recorded, warmUp: number, machine: string): Stretch {
  return afterWarmUp(trace, warmUp, 'native', configOf({ machine }));
}

const translation = ({ walking, refs }: Stretch): number => walking / refs;

function account({ walks, refs, served }: Stretch): string {
  const references = served.reduce((sum, count) => sum + count, 0);
  const shares = ['L1', 'L2', 'L3', 'memory'].map((where, place) => `${where} ${percent(served[place]! / references)}`);
  return `${percent(walks / refs)} of the loads walk, by ${decimal(references / walks, 2)} references; these are served by ${shares.join(', ')}`;
}

/** Traces by footprint: several machines were measured at the same. */
function traces(): Map<number, { chase: Recorded; inPages: Recorded }> {
  return new Map(
    [...new Set(WALK_DELTAS.map(({ mib }) => mib))].map((mib) => {
      const pages = mib * PAGES_OF_MIB;
      return [
        mib,
        {
          chase: recorded(generateTrace('chase', { refs: pages + REFS, pages, lines: true })),
          inPages: recorded(
            generateTrace('strided', { refs: 2 * REFS, pages, lines: true, parameters: { stride: LINE } }),
          ),
        },
      ];
    }),
  );
}

function finding({ machine, part, cycles, mib }: WalkDelta, chase: Recorded, inPages: Recorded): Finding {
  const random = warm(chase, mib * PAGES_OF_MIB, machine);
  const measured = translation(random) - translation(warm(inPages, REFS, machine));
  return within({
    what: `cycles of a walk, ${machine} (${part}, ${mib} MiB)`,
    target: whole(cycles),
    measured,
    band: [Math.round(7 * cycles) / 10, Math.round(13 * cycles) / 10],
    digits: 1,
    learned: account(random),
  });
}

export const b2: Check = {
  id: 'B2',
  class: 'BAND',
  title:
    'Cycles of a native walk: loads at random over all pages, less loads at random within one page after the other',
  source: 'InstLatx64 repository, *MemLat*.txt',
  tag: 'P',
  workload: `pointer chase by lines over the stated footprint, ${whole(REFS)} loads after each page was touched once`,
  findings: () => {
    const byFootprint = traces();
    return WALK_DELTAS.map((row) => {
      const { chase, inPages } = byFootprint.get(row.mib)!;
      return finding(row, chase, inPages);
    });
  },
};
