/** `vmmu verify published`: checks of published results, held against what the last release kept. */
import { existsSync } from 'node:fs';
import { oneOf } from '../config/names.js';
import type { Check } from '../experiments/checks/check.js';
import { broken, claimOf, countOf, parseRecord, recordText, type Claim } from '../experiments/checks/claims.js';
import { claimsPage } from '../experiments/checks/claims-page.js';
import { CHECKS } from '../experiments/checks/index.js';
import { claimsText } from './claims-text.js';
import { readText } from './options.js';
import { checkOutFile, writeOutFile } from './out-file.js';
import { progress } from './progress.js';
import { RECORDED_CLAIMS } from './shipped.js';

export interface PublishedOptions {
  /** Ids of checks; none: all. */
  readonly ids: readonly string[];
  /** All rows; otherwise those that failed. */
  readonly whole: boolean;
  readonly format: string;
  readonly quiet: boolean;
  /** Files to write: the page, and the record that it is made of. */
  readonly claims: string | undefined;
  readonly record: string | undefined;
}

export interface Published {
  readonly passed: number;
  readonly failed: number;
  /** Findings that must not fail, and do. */
  readonly broken: readonly string[];
}

export async function verifyPublished(options: PublishedOptions): Promise<Published> {
  const { record, claims: page } = options;
  if (record !== undefined) await checkOutFile(record, '--record');
  if (page !== undefined) await checkOutFile(page, '--claims');
  const claims = await measured(chosen(options.ids), options.quiet);
  if (record !== undefined) await writeOutFile(record, recordText(claims), '--record');
  if (page !== undefined) await writeOutFile(page, claimsPage(claims), '--claims');
  if (options.format === 'json') process.stdout.write(recordText(claims));
  else if (options.whole) process.stdout.write(`${claimsText(claims)}\n`);
  else for (const line of failures(claims)) process.stdout.write(`${line}\n`);
  return { passed: countOf(claims, 'passed'), failed: countOf(claims, 'failed'), broken: broken(claims, earlier()) };
}

function chosen(ids: readonly string[]): readonly Check[] {
  const known = CHECKS.map(({ id }) => id);
  const wanted = ids.map((id) => oneOf(known, id, 'check'));
  return wanted.length === 0 ? CHECKS : CHECKS.filter(({ id }) => wanted.includes(id));
}

async function measured(checks: readonly Check[], quiet: boolean): Promise<Claim[]> {
  const shown = progress(checks.length, 'checks', quiet);
  const claims: Claim[] = [];
  try {
    for (const check of checks) {
      claims.push(await claimOf(check));
      shown.step(check.id);
    }
  } finally {
    shown.end();
  }
  return claims;
}

/** What the last release recorded; nothing where there is none. */
function earlier(): Claim[] {
  return existsSync(RECORDED_CLAIMS) ? parseRecord(readText(RECORDED_CLAIMS), RECORDED_CLAIMS) : [];
}

function failures(claims: readonly Claim[]): string[] {
  return claims.flatMap(({ id, findings }) =>
    findings
      .filter(({ verdict }) => verdict === 'failed')
      .map(
        ({ what, target, measured: found, tolerance }) =>
          `${id} ${what}: target ${target}, found ${found} (${tolerance})`,
      ),
  );
}
