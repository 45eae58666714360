/** From rows to sheets, by machine, with the notes that a reader must know. */
import { VMMS } from '../config/vmms/index.js';
import { STACKED_TITLES, STRATEGY_TITLES } from '../paging/names.js';
import { marks } from './exactness-marks.js';
import { overviewSheet } from './overview-sheet.js';
import { pageWalkSheet } from './page-walk-sheet.js';
import { axesOf, withPoints } from './points.js';
import type { ResultRow } from './result-row.js';
import type { Report, Section } from './sheet.js';
import { comparisons } from './summary.js';
import { summarySheet } from './summary-sheet.js';
import { vmmInvocationSheet } from './vmm-invocation-sheet.js';

const TITLES: Readonly<Record<string, string>> = {
  ...STRATEGY_TITLES,
  ...STACKED_TITLES,
  best: 'the cheapest of the virtualized ones, chosen afterwards',
  ...Object.fromEntries(Object.values(VMMS).map(({ name, title }) => [name, title])),
};

/** What the numbers leave out. */
const NOT_MODELLED =
  "Not modelled: references of the guest's kernel, unless the trace is of a full system and holds them.";

export function report(rows: readonly ResultRow[]): Report {
  const all = comparisons(rows);
  const { mark, notes } = marks(rows);
  const axes = axesOf(rows);
  const strategies = [...new Set(rows.map(({ strategy }) => strategy))];
  const tableLines = [...new Set(rows.map((row) => row.tableLines))];
  const titles = [...new Set(all.map(sectionTitle))];
  const machines = titles.map((title): Section => {
    const own = all.filter((comparison) => sectionTitle(comparison) === title);
    const points = own.map(({ point }) => [point]);
    const sheets = [summarySheet, pageWalkSheet, vmmInvocationSheet].map((sheet) => sheet(own, mark));
    return { title, sheets: sheets.map((sheet) => withPoints(sheet, axes, points)) };
  });
  // Last, because that is what a terminal still shows after a long output.
  const points = titles.map((title) => all.filter((one) => sectionTitle(one) === title).map(({ point }) => point));
  const overview = { title: 'Overview', sheets: [withPoints(overviewSheet(all, mark), axes, points)] };
  return {
    sections: all.length > 1 ? [...machines, overview] : machines,
    notes: [
      ...notes,
      ...strategies.map((name) => `${name}: ${TITLES[name]!}.`),
      ...tableLines.map((how) => `Table lines in data caches: ${how}.`),
      NOT_MODELLED,
    ],
  };
}

function sectionTitle({ machine, costs }: { readonly machine: string; readonly costs: string }): string {
  return `Machine ${machine}, exit prices ${costs}`;
}
