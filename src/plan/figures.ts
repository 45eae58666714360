/** Figures of a plan: overhead by configuration with its range, and where shadow and nested paging cross over. */
import type { Figure } from '../figures/figure.js';
import { GUEST_PAGES } from './page-sizes.js';
import type { HostPlan, Plan } from './plan.js';

const TITLES = { '4k': 'guest 4 KiB', thp: 'guest THP' } as const;

export function planFigures({ hosts }: Plan): Figure[] {
  return hosts.flatMap((host) => [overheadFigure(host), ...crossoverFigure(host)]);
}

/** Bars for each kind of paging and host pages, of those that the processor can do. */
function overheadFigure({ host, options }: HostPlan): Figure {
  const possible = options.filter(({ obstacle, configuration: { paging, tags, nestedVirtualization } }) => {
    const { configuration: first } = options[0]!;
    const plain = tags === first.tags && nestedVirtualization === first.nestedVirtualization;
    return obstacle === null && plain && paging !== 'agile';
  });
  const groups = [...new Set(possible.map(({ configuration: { paging, hostPages } }) => `${paging} ${hostPages}`))];
  const of = (group: string, guestPages: string) =>
    possible.find(
      ({ configuration }) =>
        `${configuration.paging} ${configuration.hostPages}` === group && configuration.guestPages === guestPages,
    );
  return {
    name: `overhead-${host.name}`,
    title: `Time of translation on ${host.name}`,
    caption: `Share of the fleet's busy time that walks and exits for translation take on ${host.name} (${host.machine.name}), by kind of paging and host pages; from the least to the most that the inputs allow.`,
    width: 'page',
    plot: {
      kind: 'bars',
      groups,
      groupTitle: 'paging and host pages',
      y: { title: '% of busy time', scale: 'linear' },
      series: GUEST_PAGES.map((guestPages) => ({
        label: TITLES[guestPages],
        values: groups.map((group) => {
          const found = of(group, guestPages);
          return found === undefined ? null : 100 * found.share.likely;
        }),
        spread: groups.map((group) => {
          const found = of(group, guestPages);
          return found === undefined ? null : ([100 * found.share.low, 100 * found.share.high] as const);
        }),
      })),
    },
  };
}

/** Misses against exits saved; above its line a machine is cheaper under nested paging. None, where no machine has both. */
function crossoverFigure({ host, conclusions: { breakEven } }: HostPlan): Figure[] {
  const shown = breakEven.filter(({ missesPerSecond, exitsPerSecond }) => missesPerSecond > 0 && exitsPerSecond > 0);
  if (shown.length === 0) return [];
  const misses = shown.map(({ missesPerSecond }) => missesPerSecond);
  const decade = (of: number): number => 10 ** of;
  const least = decade(Math.floor(Math.log10(Math.min(...misses))));
  const most = decade(Math.floor(Math.log10(Math.max(...misses))) + 1);
  const lines = shown.flatMap(({ vm, missesPerExit }) =>
    missesPerExit === null
      ? []
      : [
          {
            label: `${vm}: same cost`,
            as: 'line' as const,
            points: [least, most].map((x) => [x, x / missesPerExit] as const),
          },
        ],
  );
  const figure: Figure = {
    name: `crossover-${host.name}`,
    title: `Shadow or nested paging on ${host.name}`,
    caption: `TLB misses and the exits that nested paging saves, in a second of work on ${host.name}, with the pages of now. Above its line, where both cost the same, a virtual machine costs less under nested paging; one without a line always does.`,
    width: 'page',
    plot: {
      kind: 'xy',
      x: { title: 'TLB misses a second', scale: 'log10' },
      y: { title: 'exits saved a second', scale: 'log10' },
      series: [
        ...lines,
        {
          label: 'virtual machines',
          as: 'points',
          points: shown.map(({ missesPerSecond, exitsPerSecond }) => [missesPerSecond, exitsPerSecond] as const),
          names: shown.map(({ vm }) => vm),
        },
      ],
    },
  };
  return [figure];
}
