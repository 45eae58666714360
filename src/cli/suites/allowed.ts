/** What goes with a suite of `vmmu verify`; the rest is refused. */
import { UsageError } from '../../errors.js';
import { SUITES } from './index.js';
import { LIMITED_OPTIONS, type LimitedOption, type VerifyOptions } from './options.js';
import type { SuiteDefinition } from './suite.js';

export const ALL_SUITES: readonly (readonly [name: string, suite: SuiteDefinition])[] = Object.entries(SUITES);

export function suiteNamed(name: string): SuiteDefinition {
  const found = ALL_SUITES.find(([known]) => known === name);
  if (found === undefined) throw new UsageError(`unknown suite '${name}'; allowed: ${Object.keys(SUITES).join(', ')}`);
  return found[1];
}

/** Names of the suites that take an option. */
export function takersOf(option: LimitedOption): string[] {
  return ALL_SUITES.filter(([, { takes }]) => takes.includes(option)).map(([name]) => name);
}

/** @param name undefined: what comes with vmmu, which takes none of the limited options */
export function refuseOthers(name: string | undefined, files: readonly string[], options: VerifyOptions): void {
  const suite = name === undefined ? undefined : suiteNamed(name);
  if ((options.trace === undefined) !== (options.measured === undefined))
    throw new UsageError('--trace and --measured go together: a guest, and what a hypervisor counted of it');
  for (const option of Object.keys(LIMITED_OPTIONS) as LimitedOption[])
    if (LIMITED_OPTIONS[option].given(options) && suite?.takes.includes(option) !== true)
      throw new UsageError(`${LIMITED_OPTIONS[option].title} with ${suitesText(takersOf(option))}`);
  if (suite !== undefined && files.length > suite.files.most)
    throw new UsageError(`found ${files[suite.files.most]!}; ${name!} takes ${suite.files.title}`);
}

function suitesText(names: readonly string[]): string {
  return names.length === 1 ? `the suite ${names[0]!}` : `the suites ${listed(names, 'and')}`;
}

export function listed(names: readonly string[], last: 'and' | 'or'): string {
  return [names.slice(0, -1).join(', '), names.at(-1)!].filter(Boolean).join(` ${last} `);
}
