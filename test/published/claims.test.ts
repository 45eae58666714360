/** When does a check of a published result pass, what must not fail, and is CLAIMS.md what was measured? */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { all, equal, within } from '../../src/experiments/checks/check.js';
import { broken, claimOf, countOf, parseRecord, recordText, type Claim } from '../../src/experiments/checks/claims.js';
import { claimsPage } from '../../src/experiments/checks/claims-page.js';
import { CHECKS } from '../../src/experiments/checks/index.js';

const RECORD = 'results/claims.json';
const recorded = parseRecord(readFileSync(RECORD, 'utf8'), RECORD);

describe('a finding', () => {
  const verdictOf = (measured: number): string =>
    within({ what: 'x', target: '5', measured, band: [4, 6], learned: 'why' }).verdict;

  test('passes inside its band, ends included, and fails outside', () => {
    expect([3.999, 4, 5, 6, 6.001, Number.NaN].map(verdictOf)).toEqual([
      ...['failed', 'passed', 'passed', 'passed', 'failed', 'failed'],
    ]);
  });

  test('says what was learned only where it fails', () => {
    const learned = [5, 7].map((measured) =>
      within({ what: 'x', target: '5', measured, band: [4, 6], learned: 'why' }),
    );
    expect(learned.map((finding) => finding.learned)).toEqual([undefined, 'why']);
  });

  test('of an identity fails when it is off by one, and of many cases when one is, or when there are none', () => {
    expect([equal('x', 24, 24).verdict, equal('x', 24, 23).verdict]).toEqual(['passed', 'failed']);
    expect([all('x', [true]), all('x', [true, false]), all('x', [])].map(({ verdict }) => verdict)).toEqual([
      ...['passed', 'failed', 'failed'],
    ]);
  });
});

describe('what must not fail', () => {
  const claim = (kind: Claim['class'], verdict: Claim['findings'][number]['verdict']): Claim => ({
    ...{ id: 'X1', class: kind, title: 't', source: 's', tag: 'P', workload: 'none' },
    findings: [{ what: 'x', target: '1', measured: '2', tolerance: 'equal', verdict }],
  });

  test('identities and shapes, whatever was before', () => {
    expect(broken([claim('EXACT', 'failed')], [])).toEqual(['X1 x']);
    expect(broken([claim('SHAPE', 'failed')], [claim('SHAPE', 'failed')])).toEqual(['X1 x']);
  });

  test('a band that an earlier release kept; not one that it missed, nor what is not counted', () => {
    expect(broken([claim('BAND', 'failed')], [claim('BAND', 'passed')])).toEqual(['X1 x']);
    expect(broken([claim('BAND', 'failed')], [claim('BAND', 'failed')])).toEqual([]);
    expect(broken([claim('BAND', 'calibrated')], [claim('BAND', 'passed')])).toEqual([]);
  });
});

describe('the record', () => {
  test('has every check there is, in order', () => {
    expect(recorded.map(({ id }) => id)).toEqual(CHECKS.map(({ id }) => id));
  });

  test('is what it was written from', () => {
    expect(recordText(recorded)).toBe(readFileSync(RECORD, 'utf8'));
  });

  test('CLAIMS.md is made of it', () => {
    expect(readFileSync('CLAIMS.md', 'utf8')).toBe(claimsPage(recorded));
  });

  test('holds for the walk references, measured now', async () => {
    const now = await claimOf(CHECKS.find(({ id }) => id === 'E1')!);
    expect(now).toEqual(recorded.find(({ id }) => id === 'E1'));
  });

  test('counts what it has, and no identity in it is broken', () => {
    const all = recorded.flatMap(({ findings }) => findings).length;
    const verdicts = ['passed', 'failed', 'calibrated', 'not checkable'] as const;
    expect(verdicts.reduce((sum, verdict) => sum + countOf(recorded, verdict), 0)).toBe(all);
    const identities = recorded.filter(({ class: kind }) => kind === 'EXACT');
    expect(broken(identities, [])).toEqual([]);
  });
});
