/** Checks of published results for a terminal. */
import { lessonsOf, type Claim } from '../experiments/checks/claims.js';
import { left, type Sheet } from '../report/sheet.js';
import { reportText } from '../report/table.js';

export function claimsText(claims: readonly Claim[]): string {
  const title = 'Published results, each with its source in CLAIMS.md';
  return reportText({ sections: [{ title, sheets: claims.map(sheetOf) }], notes: [] }).trimEnd();
}

/** A sheet for each check, as wide as that check's own texts. */
function sheetOf({ id, class: kind, title, findings }: Claim): Sheet {
  return {
    title: `${id} ${kind}: ${title}`,
    columns: [left('id'), left('what'), left('target'), left('measured'), left('tolerance'), left('verdict')],
    groups: [
      {
        heading: '',
        rows: findings.map(({ what, target, measured, tolerance, verdict }) => [
          ...[id, what, target, measured, tolerance, verdict],
        ]),
        closing: lessonsOf(findings),
      },
    ],
  };
}
