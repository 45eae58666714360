import { beforeAll, describe, expect, test } from 'vitest';
import { answerOf } from '../../src/plan/answer.js';
import { changes, configurations, isOnSale, obstacle } from '../../src/plan/configuration.js';
import { planFigures } from '../../src/plan/figures.js';
import { figureSvg } from '../../src/figures/draw.js';
import { planCsv, planDocument } from '../../src/plan/forms.js';
import { countOf, planOf, type HostPlan, type Plan } from '../../src/plan/plan.js';
import { planReport } from '../../src/plan/sheets.js';
import { tableMemory } from '../../src/plan/table-memory.js';
import { reportText } from '../../src/report/table.js';
import { fleet, host, MEASURED, preset, vm, WALKS } from './machines.js';

const plan = (hosts = [host()], vms = [vm(MEASURED)]): Plan => planOf(fleet(hosts, vms), WALKS);

let usual: Plan;
let only: HostPlan;
beforeAll(() => {
  usual = plan();
  only = usual.hosts[0]!;
});

describe('a fleet as it is now', () => {
  test('keeps as many threads busy as its file says: 10 machines of 2 processors, half of the time', () => {
    expect(only.conclusions.now.threads).toEqual({ low: 10, likely: 10, high: 10 });
  });

  test('needs 2 hosts of 8 threads to spare', () => {
    const now = usual.packings.find(({ name }) => name === only.conclusions.now.name)!;
    expect([now.low, now.likely, now.high]).toEqual([2, 2, 2].map((hosts) => ({ hosts, left: 0 })));
    expect(only.conclusions.now.vms[0]!.perHost).toEqual({ low: 8, likely: 8, high: 8 });
  });

  test('and half as many again with growth', () => {
    expect(countOf(vm(MEASURED, { growthPercent: 50 }))).toBe(15);
    // A tenth more than 50 is 55, whatever 1.1 is in binary.
    expect(countOf(vm(MEASURED, { count: 50, growthPercent: 10 }))).toBe(55);
  });
});

describe('conclusions', () => {
  test('the best is on sale, and no other on sale takes two in a thousand less', () => {
    const { best, now } = only.conclusions;
    expect(isOnSale(best.configuration)).toBe(true);
    for (const { configuration, threads, obstacle } of only.options)
      if (obstacle === null && isOnSale(configuration) && configuration.tags && !configuration.nestedVirtualization)
        expect(threads.likely * 1.002).toBeGreaterThanOrEqual(best.threads.likely);
    expect(best.threads.likely).toBeLessThanOrEqual(now.threads.likely);
  });

  test('the single change differs in one thing', () => {
    const { change, now } = only.conclusions;
    expect(changes(change!.configuration, now.configuration)).toBe(1);
  });

  test('a saving that always holds is one at its least, and one that turns round does so with an input that is named', () => {
    for (const { holds, saved, moves } of only.conclusions.statements) {
      expect(saved.low).toBeLessThanOrEqual(saved.likely);
      expect(saved.likely).toBeLessThanOrEqual(saved.high);
      expect(holds === 'always').toBe(saved.low >= 0);
      expect(holds === 'likely').toBe(saved.low < 0 && moves.some(({ turns }) => turns));
    }
  });

  test('at the break-even price of exits shadow and nested paging cost the same', () => {
    const { priceFactor } = only.conclusions.breakEven[0]!;
    const { costs } = host();
    const [hardware, software] = [costs.exitHardwareCycles, costs.exitSoftwareCycles].map(
      (cycles) => cycles * priceFactor!,
    );
    const dearer = host({ costs: { ...costs, exitHardwareCycles: hardware!, exitSoftwareCycles: software! } });
    const { options } = plan([dearer], [vm({ ...MEASURED, exits: { cpuid: 0 } })]).hosts[0]!;
    const slow = (paging: string): number =>
      options.find(
        ({ configuration: { paging: one, hostPages, guestPages } }) =>
          one === paging && hostPages === '4k' && guestPages === '4k',
      )!.threads.likely;
    expect(slow('shadow')).toBeCloseTo(slow('nested'), 6);
  });

  test('what a processor cannot do is left out, and why', () => {
    const old = plan([host({ machine: preset('intel-merom') })]).hosts[0]!;
    expect(old.conclusions.now.name).toBe('shadow, host 4k, guest 4k, no tags');
    for (const { configuration, obstacle: why, vms } of old.options) {
      expect(why).toBe(obstacle(configuration, preset('intel-merom')));
      if (configuration.paging !== 'shadow') expect(why).toBe('the processor has no nested paging');
      expect(vms.length).toBe(why === null ? 1 : 0);
    }
  });
});

test('each way to have it: paging, host and guest pages, and tags or a machine below, each changed alone', () => {
  expect(configurations(usual.fleet.now).length).toBe(3 * 3 * 2 + 2);
});

test('a fleet that does not fit says so, and how many find no place', () => {
  const full = plan([host({ count: 1 })]);
  expect(answerOf(full).join('\n')).toMatch(/it takes 1 of 1 hosts, and 2 virtual machines find no place, as now/);
});

test('each kind of host has its own best: an old one beside a new one does not keep it from nested paging', () => {
  const both = plan([host({ name: 'old', machine: preset('intel-merom') }), host({ name: 'new' })]);
  expect(both.hosts.map(({ conclusions }) => conclusions.best.configuration.paging)).toEqual(['shadow', 'nested']);
  expect(both.packings.map(({ name }) => name).slice(0, 2)).toEqual(['as now', 'each kind of host at its best']);
});

test('memory that large pages cannot back has small tables', () => {
  const tables = (percent: number): number => {
    const on = host({ hugePercent: { low: percent, high: percent } });
    return tableMemory(vm(MEASURED), on).of({ ...usual.fleet.now, hostPages: '2m' }, (one) => one.high).vmmMib;
  };
  // 4 GiB: 2,048 tables of 4 KiB pages are 8 MiB; a tenth of them remains.
  expect(tables(90)).toBeCloseTo(0.8, 1);
  expect(tables(100)).toBeLessThan(0.03);
});

test('where no memory can be backed by large pages there are none', () => {
  const { options, conclusions } = plan([host({ hugePercent: { low: 0, high: 0 } })]).hosts[0]!;
  const large = options.filter(({ configuration }) => configuration.hostPages !== '4k');
  expect(new Set(large.map(({ obstacle }) => obstacle))).toEqual(
    new Set(['hugePercent is 0: no memory for large pages']),
  );
  expect(conclusions.now.name).toBe('nested, host 4k, guest 4k');
});

test('a profile that cannot say what the fleet does now is refused', () => {
  const replay = {
    machine: 'intel-merom',
    guestPages: '4k',
    hostPages: '4k',
    refs: 1e6,
    walks: 1e3,
    walkRefs: 4e3,
  } as const;
  const replays = [{ ...replay, paging: 'native' as const, walkCycles: 1e4, exits: {} }];
  expect(() => plan([host()], [vm({ replays })])).toThrow(
    'v on h: no replay under nested paging on intel-merom; expected a profile that tells of how the fleet runs now',
  );
});

describe('forms', () => {
  test('the choice is the first sentence', () => {
    expect(answerOf(usual)[0]).toMatch(/^(Change to|Stay with) /);
    expect(reportText(planReport(usual))).toContain('← now');
  });

  test('CSV has a line for each configuration that can be had, JSON all of them', () => {
    const possible = only.options.filter(({ obstacle }) => obstacle === null);
    expect(planCsv(usual).trimEnd().split('\n').length).toBe(1 + possible.length);
    expect(planDocument(usual).hosts[0]!.options.length).toBe(only.options.length);
    expect(planDocument(usual).schema).toBe('vmmu/plan@1');
  });

  test('figures can be drawn', () => {
    const names = planFigures(usual).map((figure) => {
      expect(figureSvg(figure)).toMatch(/^<svg /);
      return figure.name;
    });
    expect(names).toEqual(['overhead-h', 'crossover-h']);
  });
});
