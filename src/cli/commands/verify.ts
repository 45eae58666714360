/** `vmmu verify`: the walker against vectors of processor emulators, and reference counts against arithmetic. */
import { Option } from '@commander-js/extra-typings';
import { EXIT, UsageError } from '../../errors.js';
import type { Difference } from '../../verify/vectors.js';
import { Command } from '../command.js';
import { readText } from '../options.js';
import { REFERENCE_COUNTS, VECTOR_SUITES, vectorsPath } from '../shipped.js';

const SUITES = ['vectors', 'formula'] as const;
type Suite = (typeof SUITES)[number];

const SHIPPED: Record<Suite, readonly string[]> = {
  vectors: VECTOR_SUITES.map(vectorsPath),
  formula: [REFERENCE_COUNTS],
};

const EXAMPLES = `
Examples:
  vmmu verify                              everything that comes with vmmu
  vmmu verify vectors mine.jsonl.gz        vectors of your own, plain or compressed
  vmmu verify vectors mine.jsonl --all     every field that differs, not only the first
  vmmu verify formula                      references per walk of every pair of tables and page sizes

Exit status: 0 if all passed, 1 if any failed, 2 if a file is not what it should be.`;

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

export function verifyCommand() {
  return new Command('verify')
    .description('check translations against processor emulators, and reference counts against arithmetic')
    .argument('[suite]', SUITES.join(' or '))
    .argument('[files...]', 'files to check instead of those that come with vmmu')
    .option('--all', 'every field that differs, with its whole value')
    .addOption(
      new Option('--vendor <name>', "whose processor: vectors marked amdDiffers are not AMD's")
        .choices(['intel', 'amd'])
        .default('intel'),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (suite, files, { all = false, vendor }) => {
      if (suite !== undefined && !(SUITES as readonly string[]).includes(suite))
        throw new UsageError(`unknown suite '${suite}'; allowed: ${SUITES.join(', ')}`);
      const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
      for (const name of suite === undefined ? SUITES : [suite as Suite])
        for (const file of files.length > 0 ? files : SHIPPED[name])
          await (name === 'vectors' ? verifyVectors(file, all, vendor === 'amd', tally) : verifyFormula(file, tally));
      if (tally.skipped > 0) print(`${tally.skipped} skipped: not so on AMD processors`);
      print(`${tally.passed} passed, ${tally.failed} failed`);
      if (tally.failed > 0) process.exitCode = EXIT.checkFailed;
    });
}

async function verifyVectors(file: string, all: boolean, amd: boolean, tally: Tally): Promise<void> {
  const { readVectors } = await import('../../verify/vector-file.js');
  const { differencesOf } = await import('../../verify/vectors.js');
  for await (const vector of readVectors(file)) {
    if (amd && vector.amdDiffers !== undefined) {
      tally.skipped++;
      continue;
    }
    const differences = differencesOf(vector);
    if (differences.length === 0) tally.passed++;
    else tally.failed++;
    for (const difference of all ? differences : differences.slice(0, 1))
      print(`${vector.id}: ${text(difference, all)}`);
  }
}

async function verifyFormula(file: string, tally: Tally): Promise<void> {
  const { checkCounts, labelOf, parseCounts } = await import('../../verify/formula.js');
  for (const row of parseCounts(readText(file), file)) {
    const complaint = checkCounts(row);
    if (complaint === null) tally.passed++;
    else tally.failed++;
    if (complaint !== null) print(`${labelOf(row)}: ${complaint}`);
  }
}

const WIDTH = 100;

function text({ field, expected, found }: Difference, whole: boolean): string {
  const cut = (value: string): string => (whole || value.length <= WIDTH ? value : `${value.slice(0, WIDTH)}…`);
  return `${field}: expected ${cut(expected)}, found ${cut(found)}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
