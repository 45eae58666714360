/** The answer in sentences, the choice first. */
import { decimal, whole } from '../report/number-text.js';
import { changes } from './configuration.js';
import type { BreakEven, Statement } from './conclusions.js';
import type { Span } from './inputs.js';
import { AS_NOW, AT_BEST, type Packing } from './placement.js';
import type { HostPlan, Plan } from './plan.js';
import { counts, percents, short } from './words.js';

export function answerOf({ fleet, hosts, packings }: Plan): string[] {
  const several = hosts.length > 1;
  return [
    ...hosts.flatMap((host) => hostAnswer(host, several)),
    ...(several ? [comparison(hosts)] : []),
    ...hosts.flatMap((host) => otherwise(host, several)),
    ...packingAnswer(
      packings,
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
  const isSure = statements.find(({ worse }) => worse === now)?.holds !== 'likely';
  const advice = isSure ? 'change to' : 'nothing is sure, but likely best is';
  const first =
    best === now
      ? `${where}stay with ${now.name}: translation takes ${cost(now.share)}, and no other configuration is likely to take noticeably less time.`
      : `${where}${advice} ${best.name}: translation takes ${cost(best.share)}; now, with ${now.name}, ${cost(now.share)}.`;
  const single =
    change === null || change === best
      ? []
      : [
          `Of single changes, ${change.name} helps most: ${decimal(saving(change.threads, now.threads), 1)} % less processor time.`,
        ];
  const starved = best.vms.filter(({ starved }) => starved).map(({ vm }) => vm.name);
  const hunger =
    starved.length === 0
      ? []
      : [`With ${best.name} ${starved.join(', ')} would want more time than its virtual processors have.`];
  return [capital(first), ...statements.map((one) => surety(one)), ...single, ...hunger];
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
  const range = `(${decimal(saved.low, 1)} to ${decimal(saved.high, 1)} %)`;
  const amount =
    Math.abs(saved.likely) < 0.05
      ? `${better.name} takes as much processor time as ${worse.name} ${range}`
      : `${better.name} takes ${decimal(saved.likely, 1)} % less processor time than ${worse.name} ${range}`;
  if (holds === 'always')
    return `${amount}: sure, no choice of the inputs within their bounds was found that turns it round.`;
  if (holds === 'alone')
    return `${amount}: so with each input alone at either end of its bounds, but not with several of them at their worst.`;
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

function packingAnswer(packings: readonly Packing[], owned: number): string[] {
  const of = (name: string): Packing => packings.find((one) => one.name === name)!;
  const text = ({ likely, low, high }: Packing): string => {
    const range =
      low.hosts === high.hosts ? '' : ` (${counts({ low: low.hosts, likely: likely.hosts, high: high.hosts })})`;
    const left = counts({ low: low.left, likely: likely.left, high: high.left });
    return `${whole(likely.hosts)} of ${whole(owned)} hosts${range}${left === '0' ? '' : `, and ${left} virtual machines find no place`}`;
  };
  const [now, best] = [text(of(AS_NOW)), text(of(AT_BEST))];
  return [`By first fit, largest first, it takes ${best}${now === best ? ', as now' : `; as now ${now}`}.`];
}

function breakEvenAnswer(
  { vm, missesPerSecond, exitsPerSecond, missesPerExit, priceFactor }: BreakEven,
  where: string,
): string {
  const has = exitsPerSecond <= 0 ? null : missesPerSecond / exitsPerSecond;
  if (missesPerExit === null || has === null)
    return `${vm}${where}: at these pages ${exitsPerSecond > 0 ? 'shadow paging is likely to cost more however many TLB misses there are' : 'nested paging has no exits to save'}.`;
  const cheaper = has < missesPerExit ? 'nested' : 'shadow';
  const price = priceFactor === null ? '' : `, or where exits cost ${decimal(priceFactor, 2)} times what they do`;
  return `${vm}${where}: shadow and nested paging with the pages of now cost the same at ${short(missesPerExit)} TLB misses for each exit saved${price}; it has ${short(has)}, so ${cheaper} paging is likely to cost less.`;
}

function capital(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}`;
}
