/** The parts of the help of `vmmu verify` that the suites say. */
import { ALL_SUITES, listed, takersOf } from './allowed.js';
import type { LimitedOption } from './options.js';

export const NAMES = ALL_SUITES.map(([name]) => name).join(', ');

export const FILES = [
  'files to check instead of those that come with vmmu',
  ...ALL_SUITES.flatMap(([name, { files }]) => (files.help === undefined ? [] : `with ${name}: ${files.help}`)),
].join('; ');

/** Whose option it is: 'with kvm or xen'. */
export function withSuites(option: LimitedOption): string {
  return `with ${listed(takersOf(option), 'or')}`;
}

export const FORMATS = `of ${listed(takersOf('format'), 'and')}; markdown of ${listed(takersOf('markdown'), 'and')} alone`;

const examples = ALL_SUITES.flatMap(([, suite]) => suite.examples).map(([args, title]) =>
  title === undefined ? `  vmmu verify ${args}` : `  ${`vmmu verify ${args}`.padEnd(41)}${title}`,
);

const statuses = [
  'Exit status: 0 if all passed, 1 if any failed, 2 if a file is not what it should be',
  ...ALL_SUITES.flatMap(([name, { failsOnly }]) => (failsOnly === undefined ? [] : `Of ${name}, 1 only ${failsOnly}`)),
  ...ALL_SUITES.flatMap(([, { neverFails }]) => neverFails ?? []),
  ...ALL_SUITES.flatMap(([name, { leftOut }]) =>
    leftOut === undefined ? [] : `Without a suite ${name} is left out, as ${leftOut}`,
  ),
];

export const MORE = `
Examples:
  ${'vmmu verify'.padEnd(41)}everything that comes with vmmu
${examples.join('\n')}

${statuses.join('. ')}.`;
