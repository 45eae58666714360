/** Checks of published results for a terminal. */
import { lessonsOf, type Claim } from '../experiments/checks/claims.js';
import { left, type Sheet } from '../report/sheet.js';
import { reportText } from '../report/table.js';

export function claimsText(claims: readonly Claim[]): string {
  const sheet: Sheet = {
    title: 'Published results, each with its source in CLAIMS.md',
    columns: [left('id'), left('what'), left('target'), left('measured'), left('tolerance'), left('verdict')],
    groups: claims.map(({ id, class: kind, title, findings }) => ({
      heading: `${id} ${kind}: ${title}`,
      rows: findings.map((finding) => [
        id,
        finding.what,
        finding.target,
        finding.measured,
        finding.tolerance,
        finding.verdict,
      ]),
      closing: lessonsOf(findings),
    })),
  };
  return reportText({ sections: [{ title: 'vmmu verify published', sheets: [sheet] }], notes: [] }).trimEnd();
}
