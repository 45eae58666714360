/** The profile of a trace: what it counts from its middle on, on each machine, under each kind of paging and with each size of pages. */
import { resolveConfig } from '../config/resolve.js';
import { price } from '../cost/cost-model.js';
import { TraceError } from '../errors.js';
import { CellAfterWarmUp } from '../run/after-warm-up.js';
import { candidate } from '../run/candidate.js';
import { readBeginning } from '../run/trace-fit.js';
import { openAnyTrace } from '../trace/open.js';
import { abortable, closing } from '../trace/source.js';
import { EXIT_CAUSES } from '../vmm/exits.js';
import { obstacle, PAGINGS } from './configuration.js';
import { GUEST_PAGES, HOST_PAGES } from './page-sizes.js';
import type { ProfileInput } from './profile.js';
import { written, type Range } from './range.js';
import { CYCLES_PER_REFERENCE } from './unknowns.js';

type ReplayInput = NonNullable<ProfileInput['replays']>[number];

export interface TraceProfileOptions {
  readonly machines: readonly string[];
  readonly readText: (path: string) => string;
  /** Cycles of work for a data reference; null: CYCLES_PER_REFERENCE. */
  readonly cyclesPerReference: Range | null;
  readonly vcpus: number;
  readonly signal?: AbortSignal | undefined;
  /** When one is done. @param of how many there are */
  readonly onReplay?: (what: string, of: number) => void;
}

interface Way {
  readonly machine: string;
  readonly paging: ReplayInput['paging'];
  readonly guestPages: ReplayInput['guestPages'];
  readonly hostPages: ReplayInput['hostPages'];
}

/** What is worth a replay: shadow tables have no pages of 1 GiB for guests that have none. */
function waysOn(machine: string): Way[] {
  const native = GUEST_PAGES.map((guestPages): Way => ({ machine, paging: 'native', guestPages, hostPages: '4k' }));
  const rest = PAGINGS.flatMap((paging) =>
    GUEST_PAGES.flatMap((guestPages) =>
      HOST_PAGES.filter((hostPages) => paging === 'nested' || hostPages !== '1g').map((hostPages): Way => ({
        machine,
        paging,
        guestPages,
        hostPages,
      })),
    ),
  );
  return [...native, ...rest];
}

export async function profileOfTrace(path: string, options: TraceProfileOptions): Promise<ProfileInput> {
  const beginning = await readBeginning(path);
  const { refs, touchedPages, spaces } = await survey(path, options.signal);
  const isRecorded = beginning.characteristics.source === 'full-system';
  const ways = options.machines.flatMap(waysOn).filter(({ guestPages }) => !isRecorded || guestPages === '4k');
  const replays: ReplayInput[] = [];
  const leftOut = new Set<string>();
  for (const way of ways) {
    const config = resolveConfig(
      { machine: way.machine, guestPages: way.guestPages, hostPages: way.hostPages },
      options.readText,
    );
    const why =
      way.paging === 'native'
        ? null
        : obstacle({ ...way, paging: way.paging, nestedVirtualization: false, tags: false }, config.machine);
    const { spec, label } = candidate(beginning, way.paging, config, { allowInexact: true });
    if (why !== null || label.exactness.startsWith('excluded')) {
      leftOut.add(`${way.paging} on ${way.machine}, ${why ?? label.exactness}`);
      continue;
    }
    replays.push(
      await closing(await openAnyTrace(path), async (source) => {
        const cell = new CellAfterWarmUp(spec, source.pages, refs / 2);
        for await (const batch of abortable(source, options.signal).batches()) cell.replay(batch);
        const counted = cell.result();
        const { counters } = counted;
        const { walks, faultedWalks } = price(counted, config.machine, config.costs);
        return {
          ...way,
          machine: config.machine.name,
          refs: counters.refs,
          walks: counters.walks,
          walkRefs: counters.walkRefs,
          walkCycles: Math.round(walks + faultedWalks),
          exits: Object.fromEntries(
            EXIT_CAUSES.filter((cause) => counted.exits[cause] > 0).map((cause) => [cause, counted.exits[cause]]),
          ),
        };
      }),
    );
    options.onReplay?.(`${way.paging} on ${way.machine}`, ways.length);
  }
  if (replays.length === 0) throw new TraceError(`${path}: no replay is possible: ${[...leftOut].join('; ')}`);
  const { name } = beginning;
  const half = `from reference ${Math.ceil(refs / 2)} of ${refs} on`;
  return {
    schema: 'vmmu/profile@1',
    name,
    source: `trace ${name}, ${half}`,
    vcpus: options.vcpus,
    footprintMib: Math.round((100 * touchedPages) / 256) / 100,
    processes: spaces,
    cyclesPerReference: written(options.cyclesPerReference ?? CYCLES_PER_REFERENCE),
    evidence: {
      footprintMib: `pages that the trace touches: ${touchedPages}`,
      processes: `address spaces of the trace: ${spaces}`,
      cyclesPerReference:
        options.cyclesPerReference === null
          ? 'no clock in a trace: 0.4 data references an instruction, 0.5 to 2.5 instructions a cycle'
          : 'given',
      replays: `${half}; ${isRecorded ? 'large pages as the guest that was recorded used them; ' : ''}${candidateNote(beginning.characteristics.filterSets)}`,
      ...(leftOut.size === 0 ? {} : { leftOut: [...leftOut].join('; ') }),
    },
    replays,
  };
}

function candidateNote(filterSets: number | null): string {
  return filterSets === null
    ? 'every reference was captured'
    : `captured through a filter of ${filterSets} pages: TLB misses are not exact`;
}

/** One reading: how long, how many pages, how many address spaces. */
async function survey(path: string, signal: AbortSignal | undefined) {
  return closing(await openAnyTrace(path), async (source) => {
    let refs = 0;
    const spaces = new Set<number>();
    for await (const batch of abortable(source, signal).batches())
      for (let row = 0; row < batch.length; row++) {
        refs += batch.count[row]!;
        spaces.add(batch.space[row]!);
      }
    return { refs, touchedPages: source.pages.size, spaces: Math.max(1, spaces.size) };
  });
}
