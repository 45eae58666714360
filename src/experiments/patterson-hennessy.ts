/** The exercise on shadow and nested page tables of the textbook's sibling: CPI from rates and penalties, and where the two change places. */
import { decimal } from '../report/number-text.js';
import { left, right } from '../report/sheet.js';
import type { Experiment, Outcome } from './experiment.js';

const BASE_CPI = 1;
/** By 1000 instructions, and cycles each. */
const MISSES = { rate: 0.2, penalty: 200 };
const FAULTS = { rate: 0.001, penalty: 30_000 };

/** CPI = base + rate / 1000 × penalty. */
const cpi = ({ rate, penalty }: { rate: number; penalty: number }): number => BASE_CPI + (rate / 1000) * penalty;

/** TLB misses by page fault at which both cost the same. */
const BREAK_EVEN = FAULTS.penalty / MISSES.penalty;

const RATES = Array.from({ length: 9 }, (_, at) => at * 0.05);

function outcome(): Outcome {
  const rows = RATES.map((rate) => ({ rate, shadow: cpi(FAULTS), nested: cpi({ ...MISSES, rate }) }));
  const [shadow, nested] = [cpi(FAULTS), cpi(MISSES)];
  const halved = cpi({ ...MISSES, rate: MISSES.rate / 2 });
  return {
    answer: [
      `Shadow paging has a CPI of ${decimal(shadow, 2)}, nested paging of ${decimal(nested, 2)}: shadow paging wins.`,
      `Both cost the same at ${decimal(BREAK_EVEN, 0)} TLB misses for each page fault; the exercise has ${decimal(MISSES.rate / FAULTS.rate, 0)}. With half the TLB misses nested paging has ${decimal(halved, 2)} and wins.`,
    ],
    introduction: [
      `A base CPI of ${BASE_CPI}, ${MISSES.rate} TLB misses by 1000 instructions of ${MISSES.penalty} cycles each under nested paging, ${FAULTS.rate} page faults by 1000 instructions of ${decimal(FAULTS.penalty, 0)} cycles each under shadow paging.`,
    ],
    sections: [
      {
        title: 'CPI by the rate of TLB misses',
        sheets: [
          {
            title: 'CPI = 1 + rate / 1000 × penalty',
            columns: [right('TLB misses\nby 1000'), right('shadow'), right('nested'), left('winner')],
            groups: [
              {
                heading: `${FAULTS.rate} page faults by 1000 instructions`,
                rows: rows.map((row) => [
                  ...[decimal(row.rate, 2), decimal(row.shadow, 2), decimal(row.nested, 2)],
                  row.shadow < row.nested ? 'shadow' : 'nested',
                ]),
              },
            ],
          },
        ],
      },
    ],
    notes: ['Nothing is replayed here: the exercise is arithmetic.'],
    records: {
      cpi: {
        columns: ['tlbMissesPer1000', 'shadowCpi', 'nestedCpi'],
        records: rows.map((row) => [row.rate, row.shadow, row.nested]),
      },
    },
    figures: [
      {
        name: 'cpi',
        title: 'CPI of shadow and of nested paging by TLB misses',
        caption: 'Patterson & Hennessy, 5th ed., exercise 5.14: one page fault by a million instructions.',
        width: 'column',
        plot: {
          kind: 'xy',
          x: { title: 'TLB misses by 1000 instructions', scale: 'linear' },
          y: { title: 'CPI above 1, in thousandths', scale: 'linear' },
          series: (['shadow', 'nested'] as const).map((label) => ({
            label,
            as: 'line' as const,
            points: rows.map((row) => [row.rate, 1000 * (row[label] - BASE_CPI)] as const),
          })),
        },
      },
    ],
  };
}

export const pattersonHennessy: Experiment = {
  title: 'Shadow against nested page tables, as an exercise',
  source: 'D. Patterson, J. Hennessy, Computer Organization and Design, 5th ed., exercise 5.14',
  run: () => Promise.resolve(outcome()),
};
