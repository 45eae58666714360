/** The answer in sentences, the choice first. */
import { decimal, whole } from '../report/number-text.js';
import { changes } from './configuration.js';
import type { BreakEven, Statement } from './conclusions.js';
import type { Span } from './inputs.js';
import type { HostPlan, Packing, Plan } from './plan.js';
import { counts, percents, short } from './words.js';

export function answerOf({ fleet, hosts, packings }: Plan): string[] {
  const several = hosts.length > 1;
  return [
    ...hosts.flatMap((host) => hostAnswer(host, several)),
    ...(several ? [comparison(hosts)] : []),
    ...hosts.flatMap((host) => otherwise(host, several)),
    ...packingAnswer(
      packings,
      hosts[0]!,
      fleet.hosts.reduce((sum, { count }) => sum + count, 0),
    ),
    ...hosts.flatMap(({ host, conclusions }) =>
      conclusions.breakEven.map((one) => breakEvenAnswer(one, several ? ` on ${host.name}` : '')),
    ),
  ];
}

function hostAnswer({ host, conclusions: { now, best, change, statements } }: HostPlan, several: boolean): string[] {
  const where = several ? `On ${host.name}: ` : '';
  const cost = (share: Span): string =>
    `about ${percents(share).likely} % of the fleet's busy time (${percents(share).range} %)`;
  const first =
    best === now
      ? `${where}stay with ${now.name}: translation takes ${cost(now.share)}, and no other configuration takes less.`
      : `${where}change to ${best.name}: translation takes ${cost(best.share)}; now, with ${now.name}, ${cost(now.share)}.`;
  const single =
    change === null || change === best
      ? []
      : [
          `Of single changes, ${change.name} helps most: ${decimal(saving(change.threads, now.threads), 1)} % less processor time.`,
        ];
  return [capital(first), ...statements.map((one) => surety(one)), ...single];
}

/** What is no choice of paging, but of how the host is run. */
function otherwise({ host, options, conclusions: { now } }: HostPlan, several: boolean): string[] {
  const where = several ? ` on ${host.name}` : '';
  const { tags, nestedVirtualization } = now.configuration;
  return options
    .filter(({ configuration, obstacle }) => obstacle === null && changes(configuration, now.configuration) === 1)
    .flatMap((one) => {
      const what =
        one.configuration.tags !== tags
          ? `${tags ? 'without' : 'with'} tags in the TLBs`
          : one.configuration.nestedVirtualization !== nestedVirtualization
            ? nestedVirtualization
              ? 'on the hardware itself'
              : 'on hosts that are themselves virtual machines'
            : null;
      if (what === null) return [];
      const more = 100 * (one.threads.likely / now.threads.likely - 1);
      const range = `${decimal(100 * (one.threads.low / now.threads.low - 1), 1)} to ${decimal(100 * (one.threads.high / now.threads.high - 1), 1)} %`;
      return [
        `As now, but ${what}${where}: ${decimal(Math.abs(more), 1)} % ${more < 0 ? 'less' : 'more'} processor time (${range}).`,
      ];
    });
}

function saving(one: Span, other: Span): number {
  return 100 * (1 - one.likely / other.likely);
}

function surety({ better, worse, saved, holds, moves }: Statement): string {
  const amount = `${better.name} takes ${decimal(saved.likely, 1)} % less processor time than ${worse.name} (${decimal(saved.low, 1)} to ${decimal(saved.high, 1)} %)`;
  if (holds === 'always') return `${amount}: sure, whatever the inputs are within their bounds.`;
  if (holds === 'alone')
    return `${amount}: so with each input alone at either end of its bounds, but not with all of them at their worst.`;
  const turning = moves
    .filter(({ turns }) => turns)
    .map(
      ({ input, atLow, atHigh }) =>
        `${input.name} (${short(atLow < 0 ? input.low : input.high)}: ${decimal(Math.min(atLow, atHigh), 1)} %)`,
    );
  return `${amount}: not sure, it turns round with ${turning.join(', ')}.`;
}

function comparison(hosts: readonly HostPlan[]): string {
  const each = hosts
    .map(({ host, conclusions: { best } }) => ({ name: host.name, hosts: best.threads.likely / host.threads }))
    .sort((a, b) => a.hosts - b.hosts);
  return `Processors: the fleet keeps ${each.map(({ name, hosts }) => `${decimal(hosts, 1)} of ${name}`).join(', or ')} busy, each kind by itself; a virtual machine is taken to be as busy on one as on another.`;
}

function packingAnswer(
  packings: readonly Packing[],
  { conclusions: { now, best } }: HostPlan,
  owned: number,
): string[] {
  const of = (name: string): Packing | undefined => packings.find((one) => one.name === name);
  const [before, after] = [of(now.name), of(best.name)];
  if (before === undefined || after === undefined) return [];
  const text = (packing: Packing): string => {
    const { likely, low, high } = packing;
    const range =
      low.hosts === high.hosts ? '' : ` (${counts({ low: low.hosts, likely: likely.hosts, high: high.hosts })})`;
    return `${whole(likely.hosts)} of ${whole(owned)} hosts${range}`;
  };
  const lacking = (packing: Packing): string =>
    packing.high.left === 0
      ? ''
      : packing.likely.left === 0
        ? `; with everything at its dearest ${whole(packing.high.left)} virtual machines find no place`
        : `; ${whole(packing.likely.left)} virtual machines find no place`;
  const change = before === after ? '' : `, and ${text(before)} as now${lacking(before)}`;
  return [`By first fit, largest first, it takes ${text(after)}${lacking(after)}${change}.`];
}

function breakEvenAnswer(
  { vm, missesPerSecond, exitsPerSecond, missesPerExit, priceFactor }: BreakEven,
  where: string,
): string {
  const has = exitsPerSecond <= 0 ? null : missesPerSecond / exitsPerSecond;
  if (missesPerExit === null || has === null)
    return `${vm}${where}: at these pages ${exitsPerSecond > 0 ? 'shadow paging never costs less than nested paging' : 'nested paging has no exits to save'}.`;
  const cheaper = has < missesPerExit ? 'nested' : 'shadow';
  const price = priceFactor === null ? '' : `, or where exits cost ${decimal(priceFactor, 2)} times what they do`;
  return `${vm}${where}: shadow and nested paging with the pages of now cost the same at ${short(missesPerExit)} TLB misses for each exit saved${price}; it has ${short(has)}, so ${cheaper} paging costs less.`;
}

function capital(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}`;
}
