/** CLAIMS.md: what vmmu reproduces and within what, what it does not, and what could not be checked. Every number in it comes from a record. */
import { reportMarkdown } from '../../report/markdown.js';
import { left, type Section, type Sheet } from '../../report/sheet.js';
import type { Verdict } from './check.js';
import { countOf, lessonsOf, type Claim } from './claims.js';

const TAGS = {
  P: 'read in the primary document',
  A: 'read in its abstract',
  S: 'quoted by a secondary text',
  D: 'derived from such',
} as const;

const PARTS: readonly (readonly [title: string, verdict: Verdict])[] = [
  ['What is not reproduced', 'failed'],
  ['What is reproduced', 'passed'],
  ['What prices were fitted to, and proves nothing', 'calibrated'],
  ['What could not be checked', 'not checkable'],
];

export function claimsPage(claims: readonly Claim[]): string {
  const [passed, failed] = [countOf(claims, 'passed'), countOf(claims, 'failed')];
  const others = countOf(claims, 'calibrated') + countOf(claims, 'not checkable');
  const sections = PARTS.flatMap(([title, verdict]): Section[] => {
    const sheets = claims.map((claim) => sheetOf(claim, verdict)).filter((sheet) => sheet !== null);
    return sheets.length === 0 ? [] : [{ title, sheets }];
  });
  return [
    '# Claims',
    `Of ${passed + failed} published numbers and statements that were checked, ${passed} come out as stated and ${failed} do not; ${others} more are not counted. ` +
      'This page is made by `vmmu verify published --claims CLAIMS.md`; nothing in it is written by hand.',
    `Sources: ${Object.entries(TAGS)
      .map(([tag, how]) => `${tag} ${how}`)
      .join('; ')}.`,
    reportMarkdown({ sections, notes: [] }),
  ].join('\n\n');
}

function sheetOf({ id, class: kind, title, source, tag, workload, findings }: Claim, verdict: Verdict): Sheet | null {
  const chosen = findings.filter((finding) => finding.verdict === verdict);
  if (chosen.length === 0) return null;
  return {
    title: `${id} ${title}`,
    columns: [left('what'), left('target'), left('measured'), left('tolerance')],
    groups: [
      {
        heading: `${kind}. Source: ${source} (${tag}). Workload: ${workload}.`,
        rows: chosen.map(({ what, target, measured, tolerance }) => [what, target, measured, tolerance]),
        closing: lessonsOf(chosen),
      },
    ],
  };
}
