/** A plan as JSON and as CSV. */
import { csv } from '../report/csv.js';
import { answerOf } from './answer.js';
import type { Input, Span } from './inputs.js';
import type { HostPlan, Option, Plan, VmPlan } from './plan.js';

/** The document `vmmu/plan@1`. Rates are of a busy virtual processor and second. */
export function planDocument(plan: Plan) {
  return {
    schema: 'vmmu/plan@1',
    fleet: plan.fleet.name,
    now: plan.fleet.now,
    answer: answerOf(plan),
    hosts: plan.hosts.map(({ host, options, conclusions, inputs }) => ({
      host: host.name,
      machine: host.machine.name,
      costs: host.costs.name,
      best: conclusions.best.name,
      change: conclusions.change?.name ?? null,
      options: options.map(optionDocument),
      statements: conclusions.statements.map(({ better, worse, saved, holds, moves }) => ({
        better: better.name,
        worse: worse.name,
        savedPercent: saved,
        holds,
        moves: moves.map(({ input, atLow, atHigh, turns }) => ({ input: input.name, atLow, atHigh, turns })),
      })),
      breakEven: conclusions.breakEven,
      inputs: inputs.map(inputDocument),
    })),
    packings: plan.packings.map(({ name, likely, low, high }) => ({ configuration: name, likely, low, high })),
  };
}

function inputDocument({ name, low, likely, high, from }: Input) {
  return { name, low, likely, high, from };
}

function optionDocument({ name, configuration, obstacle, threads, share, vms }: Option) {
  return {
    name,
    configuration,
    obstacle,
    ...(obstacle === null ? { threads, share, vms: vms.map(vmDocument) } : {}),
  };
}

function vmDocument({ vm, rates, share, walkRefs, walkCycles, exits, memory, perHost, bound }: VmPlan) {
  return { vm: vm.name, rates, share, walkRefs, walkCycles, exits, memory, perHost, bound };
}

const SPANS = ['share', 'walkRefs', 'walkCycles', 'exits', 'perHost'] as const satisfies readonly (keyof VmPlan)[];

/** A line for each host, configuration and kind of virtual machine. */
export function planCsv({ hosts }: Plan): string {
  const ends = (name: string, { low, likely, high }: Span): [string, number][] => [
    [`${name}Low`, low],
    [name, likely],
    [`${name}High`, high],
  ];
  const line = ({ host }: HostPlan, { configuration }: Option, one: VmPlan) =>
    Object.fromEntries<string | number>([
      ['host', host.name],
      ['machine', host.machine.name],
      ['vm', one.vm.name],
      ...Object.entries(configuration).map(([key, value]): [string, string] => [key, String(value)]),
      ['tlbMisses', one.rates.tlbMisses],
      ...SPANS.flatMap((name) => ends(name, one[name])),
      ['otherShare', one.rates.otherShare],
      ...ends('guestTableMib', one.memory.guestMib),
      ...ends('vmmTableMib', one.memory.vmmMib),
      ['bound', one.bound],
    ]);
  const records = hosts.flatMap((plan) =>
    plan.options.flatMap((option) => option.vms.map((one) => line(plan, option, one))),
  );
  return csv({ columns: Object.keys(records[0]!), records: records.map((record) => Object.values(record)) });
}
