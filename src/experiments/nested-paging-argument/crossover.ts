/** How many TLB misses a program must have for each exit until shadow paging costs less, by page sizes and by what an exit costs. */
import { decimal, NONE, whole } from '../../report/number-text.js';
import { left, right, type Sheet } from '../../report/sheet.js';
import { generateTrace } from '../../trace/generate.js';
import { afterWarmUp, configOf, recorded, type Recorded } from '../checks/replay.js';

/** Random pages of a region that is several times what the second-level TLB reaches. */
const random = (pages: number, refs: number): Recorded => recorded(generateTrace('uniform', { pages, refs }));

const SIZES = [
  { label: '4k on 4k', guestPages: '4k', hostPages: '4k', trace: () => random(2 ** 14, 400_000) },
  { label: '4k on 2m', guestPages: '4k', hostPages: '2m', trace: () => random(2 ** 14, 400_000) },
  { label: '2m on 2m', guestPages: '2m', hostPages: '2m', trace: () => random(2 ** 21, 400_000) },
] as const;

export interface DearerMiss {
  readonly label: string;
  /** References of a walk under shadow and nested tables. */
  readonly refs: readonly [shadow: number, nested: number];
  /** Cycles that a miss costs more under nested tables. */
  readonly cycles: number;
}

/** After the first half of the references, when hardly a page is new. */
export function dearerMisses(machine: string): DearerMiss[] {
  return SIZES.map(({ label, guestPages, hostPages, trace }) => {
    const stream = trace();
    const [shadow, nested] = (['shadow', 'nested'] as const).map((strategy) =>
      afterWarmUp(stream, 200_000, strategy, configOf({ machine, guestPages, hostPages })),
    );
    const refsOf = ({ served, walks }: NonNullable<typeof shadow>): number =>
      served.reduce((sum, count) => sum + count, 0) / walks;
    return {
      label,
      refs: [refsOf(shadow!), refsOf(nested!)],
      cycles: (nested!.walking - shadow!.walking) / nested!.walks,
    };
  });
}

export function crossoverSheet(
  machine: string,
  misses: readonly DearerMiss[],
  prices: readonly { readonly name: string; readonly cycles: number }[],
): Sheet {
  return {
    title: 'TLB misses for each exit from which on shadow paging costs less',
    columns: [left('exit prices'), right('cycles of\nan exit'), ...misses.map(({ label }) => right(label))],
    groups: [
      {
        heading: `${machine}, random pages, guest pages on host pages`,
        rows: prices.map(({ name, cycles }) => [
          ...[name, whole(cycles)],
          ...misses.map((miss) => (miss.cycles > 0 ? whole(cycles / miss.cycles) : NONE)),
        ]),
        closing: misses.map(
          ({ label, refs, cycles }) =>
            `${label}: a walk reads ${decimal(refs[0], 2)} entries of shadow tables or ${decimal(refs[1], 2)} of two dimensions, ${decimal(cycles, 1)} cycles more a miss`,
        ),
      },
    ],
  };
}
