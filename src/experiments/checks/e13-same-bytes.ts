import { configOf } from './replay.js';
import { pageWalksCsv, summaryCsv, vmmInvocationsCsv } from '../../report/csv.js';
import { run } from '../../run/run.js';
import { shippedPath } from '../../trace/shipped.js';
import { holds, type Check, type Finding } from './check.js';

const TRACES = ['git-faults', 'sqlite-faults'];
const MACHINES = ['intel-skylake'];
const STRATEGIES = ['native', 'shadow', 'nested'];

/** The text of each result file. Frames are drawn at random, from a seed. */
async function filesOf(workers: number): Promise<Readonly<Record<string, string>>> {
  const set = ['guest.frames=scattered', 'host.frames=scattered'];
  const rows = await run(
    {
      traces: TRACES.map(shippedPath),
      configs: MACHINES.map((machine) => configOf({ machine, set, seed: 7 })),
      strategies: STRATEGIES,
      allowInexact: true,
    },
    { workers },
  );
  return {
    'summary.csv': summaryCsv(rows),
    'page-walks.csv': pageWalksCsv(rows),
    'vmm-invocations.csv': vmmInvocationsCsv(rows),
  };
}

/** Where two texts begin to differ; null: nowhere. */
function firstDifference(one: string, other: string): number | null {
  for (let at = 0; at < Math.max(one.length, other.length); at++) if (one[at] !== other[at]) return at;
  return null;
}

async function findings(): Promise<Finding[]> {
  const [one, two] = [await filesOf(1), await filesOf(2)];
  return Object.entries(one).map(([name, text]) => {
    const at = firstDifference(text, two[name]!);
    const measured = at === null ? 'the same bytes' : `different from character ${at} on`;
    return holds(
      `${name} of ${text.length} characters, written by one worker and by two`,
      'the same bytes',
      measured,
      at === null,
    );
  });
}

export const e13: Check = {
  id: 'E13',
  class: 'EXACT',
  title: 'Two identical runs write identical files, whatever the number of workers',
  source: 'required of a simulator whose results are to be compared, not published',
  tag: 'D',
  workload: `${TRACES.join(' and ')} on ${MACHINES.join(' and ')} under ${STRATEGIES.join(', ')}`,
  findings,
};
