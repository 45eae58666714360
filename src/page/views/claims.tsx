/** Claims: published numbers and statements, what was measured, and what does not come out. */
import type { Claim } from '../../experiments/checks/claims.js';
import { plain, Select } from '../parts/select.js';
import { Table, type Column } from '../parts/table.js';
import type { View, ViewProps } from '../view.js';

export const claims: View = {
  id: 'claims',
  title: 'Claims',
  show: (props) => <Claims {...props} />,
  isThere: (data) => data.claims.length > 0,
};

const ALL = 'all';

function Claims({ data, chosen, choose }: ViewProps) {
  const all = data.claims.flatMap(({ findings }) => findings);
  const verdicts = [...new Set(all.map((finding) => finding.verdict))];
  const kinds = [...new Set(data.claims.map((claim) => claim.class))];
  const verdict = chosen['verdict'] ?? ALL;
  const kind = chosen['class'] ?? ALL;
  const shown = data.claims.filter(
    (claim) =>
      (kind === ALL || claim.class === kind) &&
      (verdict === ALL || claim.findings.some((finding) => finding.verdict === verdict)),
  );
  const count = (findings: Findings, one: string): number => findings.filter((each) => each.verdict === one).length;
  return (
    <>
      <p class="answer">
        Of {all.length} published numbers and statements {verdicts.map((one) => `${count(all, one)} ${one}`).join(', ')}
        .
      </p>
      <div class="fields">
        <Select
          label="class"
          options={plain([ALL, ...kinds])}
          value={kind}
          onChoose={(one) => choose({ class: one === ALL ? null : one })}
        />
        <Select
          label="with a finding that"
          options={plain([ALL, ...verdicts])}
          value={verdict}
          onChoose={(one) => choose({ verdict: one === ALL ? null : one })}
        />
      </div>
      {shown.map(({ id, class: own, title, source, workload, findings }) => (
        <details key={id} class="claim">
          <summary>
            <strong>{id}</strong> {title} <span class="faint">{own}</span>{' '}
            {verdicts
              .filter((one) => count(findings, one) > 0)
              .map((one) => (
                <span key={one} class={`verdict ${one.replace(' ', '-')}`}>
                  {count(findings, one)} {one}{' '}
                </span>
              ))}
          </summary>
          <p>
            Source: {source}. Workload: {workload}.
          </p>
          <Table
            name={`claim-${id}`}
            title={`${id}: ${title}`}
            columns={COLUMNS}
            rows={findings.filter((finding) => verdict === ALL || finding.verdict === verdict)}
          />
        </details>
      ))}
    </>
  );
}

type Findings = Claim['findings'];

const COLUMNS: readonly Column<Findings[number]>[] = [
  { name: 'what', value: ({ what }) => what },
  { name: 'published', value: ({ target }) => target },
  { name: 'measured', value: ({ measured }) => measured },
  { name: 'tolerance', value: ({ tolerance }) => tolerance },
  {
    name: 'verdict',
    value: ({ verdict }) => verdict,
    show: ({ verdict }) => <span class={`verdict ${verdict.replace(' ', '-')}`}>{verdict}</span>,
  },
  { name: 'learned', value: ({ learned }) => learned ?? '' },
];
