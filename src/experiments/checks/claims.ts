/** What was checked, as it is recorded with a release: the page of claims is made of it, and later releases are held against it. */
import { z } from 'zod';
import { validate } from '../../config/validate.js';
import { parseYaml } from '../../config/yaml-file.js';
import type { Check, Verdict } from './check.js';

const findingSchema = z.strictObject({
  what: z.string(),
  target: z.string(),
  measured: z.string(),
  tolerance: z.string(),
  verdict: z.enum(['passed', 'failed', 'calibrated', 'not checkable'] satisfies Verdict[]),
  learned: z.string().optional(),
});

const claimSchema = z.strictObject({
  id: z.string(),
  class: z.enum(['EXACT', 'BAND', 'SHAPE']),
  title: z.string(),
  source: z.string(),
  tag: z.enum(['P', 'A', 'S', 'D']),
  workload: z.string(),
  findings: z.array(findingSchema),
});

const recordSchema = z.strictObject({ schema: z.literal('vmmu/claims@1'), claims: z.array(claimSchema) });

/** A check with what came out of it. */
export type Claim = z.infer<typeof claimSchema>;
type ClaimFinding = z.infer<typeof findingSchema>;

export async function claimOf({ findings, ...about }: Check): Promise<Claim> {
  return { ...about, findings: [...(await findings())] };
}

export function recordText(claims: readonly Claim[]): string {
  return `${JSON.stringify({ schema: 'vmmu/claims@1', claims }, null, 2)}\n`;
}

/** @param path for messages @throws UsageError where it is no record of claims */
export function parseRecord(text: string, path: string): Claim[] {
  const file = parseYaml(text, path);
  return validate(recordSchema, file.value, file.locate).claims;
}

/** Findings of a verdict. */
export function countOf(claims: readonly Claim[], verdict: Verdict): number {
  return claims.flatMap(({ findings }) => findings).filter((finding) => finding.verdict === verdict).length;
}

/** What was learned, each text once, with what it is about. */
export function lessonsOf(findings: readonly ClaimFinding[]): string[] {
  const texts = new Set(findings.flatMap(({ learned }) => learned ?? []));
  return [...texts].map((text) => {
    const about = findings.filter(({ learned }) => learned === text).map(({ what }) => what);
    return `${about.join('; ')}: ${text}`;
  });
}

/** What must not fail: identities, shapes, and bands that an earlier release kept. */
export function broken(claims: readonly Claim[], earlier: readonly Claim[]): string[] {
  const kept = new Set(
    earlier.flatMap(({ id, findings }) =>
      findings.filter(({ verdict }) => verdict === 'passed').map(({ what }) => `${id} ${what}`),
    ),
  );
  return claims.flatMap(({ id, class: kind, findings }) =>
    findings
      .filter(({ verdict, what }) => verdict === 'failed' && (kind !== 'BAND' || kept.has(`${id} ${what}`)))
      .map(({ what }) => `${id} ${what}`),
  );
}
