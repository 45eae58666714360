/** Checks of published results for a terminal. */
import type { Claim } from '../experiments/checks/claims.js';
import { linesOf } from '../report/lines.js';
import { left, type Sheet } from '../report/sheet.js';
import { reportText } from '../report/table.js';

export function claimsText(claims: readonly Claim[]): string {
  const title = 'Published results, each with its source in CLAIMS.md';
  return reportText({ sections: [{ title, sheets: claims.map(sheetOf) }], notes: [] }).trimEnd();
}

/** A sheet for each check, as wide as that check's own texts. What was learned stands below, by a letter beside its findings. */
function sheetOf({ id, class: kind, title, findings }: Claim): Sheet {
  const lessons = [...new Set(findings.flatMap(({ learned }) => learned ?? []))];
  const letterOf = (learned: string | undefined): string =>
    learned === undefined ? '' : ` (${LETTERS[lessons.indexOf(learned)]!})`;
  return {
    title: `${id} ${kind}: ${title}`,
    columns: [left('id'), left('what'), left('target'), left('measured'), left('tolerance'), left('verdict')],
    groups: [
      {
        heading: '',
        rows: findings.map(({ what, target, measured, tolerance, verdict, learned }) => [
          ...[id, what, target, measured, tolerance, `${verdict}${letterOf(learned)}`],
        ]),
        closing: lessons.map((text, at) =>
          linesOf(`(${LETTERS[at]!}) ${text}`, ({ length }) => length <= COLUMNS).join(INDENT),
        ),
      },
    ],
  };
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const COLUMNS = 100;
/** Below the words of a line behind its arrow. */
const INDENT = '\n    ';
