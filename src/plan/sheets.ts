/** A plan as tables. */
import { NONE, decimal, whole } from '../report/number-text.js';
import { linesOf } from '../report/lines.js';
import { left, right, type Report, type Section, type Sheet } from '../report/sheet.js';
import type { BreakEven, Statement } from './conclusions.js';
import type { Input } from './inputs.js';
import { exitsOf } from './load/load.js';
import type { Packing } from './placement.js';
import type { HostPlan, Option, Plan } from './plan.js';
import { counts, percents, short } from './words.js';

const MOVES = 8;

export function planReport({ hosts, packings }: Plan): Report {
  const sections = hosts.map((plan): Section => ({
    title: `Host ${plan.host.name}: ${plan.host.machine.name}, exit prices ${plan.host.costs.name}`,
    sheets: [
      optionSheet(plan),
      costSheet(plan),
      exitSheet(plan),
      memorySheet(plan),
      ...(plan.conclusions.breakEven.length === 0 ? [] : [breakEvenSheet(plan.conclusions.breakEven)]),
      ...plan.conclusions.statements.map(sensitivitySheet),
      inputSheet(plan.inputs),
    ],
  }));
  return { sections: [...sections, { title: 'Hosts needed', sheets: [packingSheet(packings)] }], notes: NOTES };
}

const NOTES = [
  'Of the time of busy virtual processors; a second is one of a virtual processor that runs all the time.',
  'Counts and cycles come first; time is between all walk cycles and half of them, because walks overlap. Linear models of TLB misses err by 25 to 192 % of run time (Agbarya et al., MICRO 2020): see docs/planning.md.',
  'agile: a proposal, which no processor has; never recommended.',
  '✗: some virtual machine would want more time than its virtual processors have, so its work is not done.',
  'Ranges are from the least corner of the inputs to the most, as far as a search finds; likely is every input at its middle.',
];

function optionSheet({ options, conclusions: { now, best } }: HostPlan): Sheet {
  const possible = options
    .filter(({ obstacle }) => obstacle === null)
    .sort((a, b) => a.threads.likely - b.threads.likely);
  const starving = ({ vms }: Option): string => (vms.some(({ starved }) => starved) ? ' ✗' : '');
  const mark = (option: Option): string =>
    starving(option) + (option === best ? ' ← best' : '') + (option === now ? ' ← now' : '');
  return {
    title: 'Configurations, the cheapest first',
    columns: [
      left('configuration'),
      right('translation\n%'),
      right('range\n%'),
      right('threads\nbusy'),
      right('\nrange'),
      right('of now\n%'),
    ],
    groups: [
      {
        heading: 'all kinds of virtual machine',
        rows: possible.map((option) => [
          `${option.name}${mark(option)}`,
          percents(option.share).likely,
          percents(option.share).range,
          decimal(option.threads.likely, 1),
          `${decimal(option.threads.low, 1)} – ${decimal(option.threads.high, 1)}`,
          decimal((100 * option.threads.likely) / now.threads.likely, 1),
        ]),
        closing: options
          .filter(({ obstacle }) => obstacle !== null)
          .map(({ name, obstacle }) => `left out: ${name}: ${obstacle!}`),
      },
    ],
  };
}

/** As it is now, the best, and what they are compared with. */
function shown({ conclusions: { now, best, statements } }: HostPlan): Option[] {
  return [...new Set([now, best, ...statements.map(({ worse }) => worse)])];
}

function costSheet(plan: HostPlan): Sheet {
  return {
    title: 'What each virtual machine does and pays, a busy second',
    columns: [
      left('VM'),
      right('TLB\nmisses'),
      right('walk\nrefs'),
      right('walk cycles\n(millions)'),
      right('\nrange'),
      right('exits\n'),
      right('\nrange'),
      right('translation\n%'),
      right('range\n%'),
      right('other\nexits %'),
    ],
    groups: shown(plan).map(({ name, vms }) => ({
      heading: name,
      rows: vms.map(({ vm, rates, share, walkCycles, exits }) => [
        vm.name,
        whole(rates.tlbMisses),
        whole(rates.walkRefs),
        decimal(walkCycles.likely / 1e6, 1),
        `${decimal(walkCycles.low / 1e6, 1)} – ${decimal(walkCycles.high / 1e6, 1)}`,
        whole(exits.likely),
        counts(exits),
        percents(share).likely,
        percents(share).range,
        decimal(100 * rates.otherShare, 1),
      ]),
    })),
  };
}

function exitSheet(plan: HostPlan): Sheet {
  const columns = shown(plan);
  const kinds = plan.options.find(({ obstacle }) => obstacle === null)!.vms.map(({ vm }) => vm.name);
  return {
    title: 'Exits by reason, a busy second',
    columns: [left('reason'), ...columns.map(({ name }) => right(name.replace(', ', '\n')))],
    groups: kinds.map((kind, at) => {
      const of = columns.map(({ vms }) => vms[at]!.rates.exits);
      const causes = [
        ...new Set(
          of.flatMap((exits) => [...Object.keys(exitsOf(exits, true)), ...Object.keys(exitsOf(exits, false))]),
        ),
      ];
      return {
        heading: kind,
        rows: causes
          .filter((cause) => of.some((exits) => (exits[cause as keyof typeof exits] ?? 0) > 0))
          .map((cause) => [
            cause,
            ...of.map((exits) => {
              const count = exits[cause as keyof typeof exits] ?? 0;
              return count === 0 ? NONE : whole(count);
            }),
          ]),
      };
    }),
  };
}

function memorySheet(plan: HostPlan): Sheet {
  return {
    title: 'Page tables, MiB a virtual machine, and how many machines a host holds of each kind alone',
    columns: [
      left('VM'),
      right("guest's own\ntables"),
      right('\nrange'),
      right("VMM's\ntables"),
      right('\nrange'),
      right('VMs\na host'),
      left('bound by\n'),
    ],
    groups: shown(plan).map(({ name, vms }) => ({
      heading: name,
      rows: vms.map(({ vm, memory: { guestMib, vmmMib }, perHost, bound }) => [
        vm.name,
        ...[guestMib, vmmMib].flatMap(({ low, likely, high }) => [
          decimal(likely, 1),
          `${decimal(low, 1)} – ${decimal(high, 1)}`,
        ]),
        counts(perHost),
        bound,
      ]),
    })),
  };
}

function breakEvenSheet(breakEven: readonly BreakEven[]): Sheet {
  const pages = breakEven[0]!.pages;
  return {
    title: 'Where shadow and nested paging cost the same',
    columns: [
      left('VM'),
      right('TLB misses\na second'),
      right('exits saved\na second'),
      right('more cycles\na walk'),
      right('cycles\nan exit'),
      right('misses an exit\nnow'),
      right('\nbreak-even'),
      right('exit price\nbreak-even'),
    ],
    groups: [
      {
        heading: `host pages ${pages.hostPages}, guest pages ${pages.guestPages}; of a second of work`,
        rows: breakEven.map(
          ({ vm, missesPerSecond, exitsPerSecond, walkCyclesMore, exitCycles, missesPerExit, priceFactor }) => [
            vm,
            whole(missesPerSecond),
            whole(exitsPerSecond),
            decimal(walkCyclesMore, 1),
            whole(exitCycles),
            exitsPerSecond > 0 ? short(missesPerSecond / exitsPerSecond) : NONE,
            missesPerExit === null ? NONE : short(missesPerExit),
            priceFactor === null ? NONE : `${decimal(priceFactor, 2)} ×`,
          ],
        ),
      },
    ],
  };
}

function sensitivitySheet({ better, worse, saved, holds, moves }: Statement): Sheet {
  const verdict = {
    always: 'no choice of the inputs within their bounds was found that turns it round',
    alone: 'holds with each input alone at either end; not with several at their worst',
    likely: 'turns round with one input alone: fragile',
  }[holds];
  const percent = (value: number): string => decimal(value, 1);
  return {
    title: `How sure: ${better.name} before ${worse.name}`,
    columns: [left('input'), right('low'), right('high'), right('saved %\nat low'), right('\nat high'), left('')],
    groups: [
      {
        heading: `processor time saved: ${percent(saved.likely)} % (${percent(saved.low)} to ${percent(saved.high)})`,
        rows: moves
          .filter(({ turns }, at) => at < MOVES || turns)
          .map(({ input, atLow, atHigh, turns }) => [
            input.name,
            short(input.low),
            short(input.high),
            percent(atLow),
            percent(atHigh),
            turns ? 'turns round' : '',
          ]),
        closing: [verdict],
      },
    ],
  };
}

function packingSheet(packings: readonly Packing[]): Sheet {
  return {
    title: 'First fit, largest first, over processors and memory with headroom',
    columns: [
      left('configuration'),
      right('hosts'),
      right('machines at\ntheir smallest'),
      right('at their\nlargest'),
      right('VMs without\na host'),
      right('at their\nlargest'),
    ],
    groups: [
      {
        heading: 'whole fleet, growth included',
        rows: packings.map(({ name, likely, low, high }) => [
          name,
          ...[likely, low, high].map(({ hosts }) => whole(hosts)),
          ...[likely, high].map(({ left }) => (left === 0 ? NONE : whole(left))),
        ]),
      },
    ],
  };
}

const SOURCE_WIDTH = 56;

/** Every input once: its bounds, and where they come from. */
function inputSheet(inputs: readonly Input[]): Sheet {
  return {
    title: 'What is put in, and where it comes from',
    columns: [left('input'), right('low'), right('likely'), right('high'), left('from')],
    groups: [
      {
        heading:
          'a rate that was measured is of the whole virtual machine; one that was not, of a busy virtual processor',
        rows: inputs.flatMap(({ name, low, likely, high, from }) =>
          linesOf(from, (line) => line.length <= SOURCE_WIDTH).map((line, at) =>
            at === 0 ? [name, short(low), short(likely), short(high), line] : ['', '', '', '', line],
          ),
        ),
      },
    ],
  };
}
