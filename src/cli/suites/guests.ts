/** What kvm and xen have in common: the trace of a guest against what a hypervisor counted of that guest. */
import { interruptible } from '../interrupt.js';
import { readText } from '../options.js';
import { tracePath } from '../shipped.js';
import { print, sum, tallyOf } from './judged.js';
import type { SuiteDefinition, Tally } from './suite.js';

interface Guest {
  readonly trace: string;
  readonly measured: string;
}

interface Hypervisor<Measured, Replayed> {
  readonly parseMeasured: (text: string, path: string) => Measured;
  readonly replay: (trace: string, signal: AbortSignal) => Promise<Replayed>;
  readonly compare: (file: Measured, replayed: Replayed) => Comparison;
}

interface Comparison {
  /** Of the guest. */
  readonly name: string;
  readonly checks: readonly Check[];
  /** All of them, as a table. */
  readonly text: string;
}

interface Check {
  /** Under which paging, or in which part of the run. */
  readonly where: string;
  readonly counter: string;
  readonly measured: readonly number[];
  readonly modelled: number | null;
  readonly passed: boolean | null;
}

/** @param shipped what is compared where no guest is named */
export function guestSuite<Measured, Replayed>(
  examples: SuiteDefinition['examples'],
  shipped: readonly Guest[],
  load: () => Promise<Hypervisor<Measured, Replayed>>,
): SuiteDefinition {
  return {
    examples,
    takes: ['guest'],
    files: { most: 0, title: 'its files with --trace and --measured' },
    async run({ whole, options: { trace, measured } }) {
      const guests = trace === undefined ? shipped : [{ trace: tracePath(trace), measured: measured! }];
      const hypervisor = await load();
      const tallies: Tally[] = [];
      for (const guest of guests) {
        const { name, checks, text } = await compared(guest, hypervisor);
        tallies.push(tallyOf(checks));
        if (whole) print(text);
        else for (const check of checks) if (check.passed === false) print(`${name}, ${failure(check)}`);
      }
      return sum(tallies);
    },
  };
}

async function compared<Measured, Replayed>(
  { trace, measured }: Guest,
  { parseMeasured, replay, compare }: Hypervisor<Measured, Replayed>,
): Promise<Comparison> {
  const file = parseMeasured(readText(measured), measured);
  return compare(file, await interruptible('the comparison is not finished', (signal) => replay(trace, signal)));
}

function failure({ where, counter, measured, modelled }: Check): string {
  return `${where}, ${counter}: measured ${measured.join(' / ')}, modelled ${modelled ?? 'not'}`;
}
