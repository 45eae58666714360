/** `vmmu trace validate`: all that is wrong with traces, finding by finding. */
import { Option } from '@commander-js/extra-typings';
import { EXIT } from '../errors.js';
import { FINDING_CLASSES, type Finding, type FindingClass, type Findings } from '../trace/validate/finding.js';
import { Command } from './command.js';
import { tracePath } from './shipped.js';
import { watched } from './watched.js';

/** Findings of a class that are shown unless all are asked for. */
const MOST_OF_CLASS = 10;

const CLASSES = Object.entries(FINDING_CLASSES)
  .map(([name, { severity, meaning }]) => `  ${name.padEnd(24)}${severity.padEnd(9)}${meaning}`)
  .join('\n');

const MORE = `
Records are counted from 0. A damaged file is read up to the damage.

Findings:
${CLASSES}

Examples:
  vmmu trace validate redis
  vmmu trace validate mine.arrows.br other.arrows --all
  vmmu trace validate boot --format json

Exit status: 0 no errors, 1 errors were found, 2 bad usage, or a file that is no trace.`;

interface Validated {
  readonly trace: string;
  readonly records: number;
  readonly findings: Findings;
}

export function validateCommand() {
  return new Command('validate')
    .description(
      'look for what is wrong with traces: structure, checksums, events and references that contradict each other',
    )
    .argument('<traces...>', 'trace files, or names of shipped traces')
    .option('--all', `show all findings, not only the first ${MOST_OF_CLASS} of each class`)
    .addOption(new Option('--format <name>', 'how to print them').choices(['text', 'json']).default('text'))
    .option('--quiet', 'no progress on stderr')
    .addHelpText('after', MORE)
    .action(async (given, { all = false, format, quiet = false }) => {
      const { openAnyTrace } = await import('../trace/open.js');
      const { validateTrace } = await import('../trace/validate/validate.js');
      const { Findings } = await import('../trace/validate/finding.js');
      const open = (trace: string) => openAnyTrace(tracePath(trace), { refuseContradictions: false });
      // What is no trace is said before others have been gone through.
      for (const trace of given) await (await open(trace)).close?.();
      const done: Validated[] = [];
      for (const trace of given) {
        const findings = new Findings(all ? Infinity : MOST_OF_CLASS);
        const records = await watched(await open(trace), 'not all was validated', quiet, (source) =>
          validateTrace(source, findings.report),
        );
        done.push({ trace, records, findings });
        if (format === 'text') process.stdout.write(validatedText(done.at(-1)!));
      }
      if (format === 'json') process.stdout.write(`${JSON.stringify(document(done), null, 1)}\n`);
      if (done.some(({ findings }) => findings.count('error') > 0)) process.exitCode = EXIT.checkFailed;
    });
}

function validatedText({ trace, records, findings }: Validated): string {
  const lines = findings.kept.map(
    (finding) =>
      `${trace}: record ${finding.record}: ${FINDING_CLASSES[finding.class].severity}: ${finding.class}: found ${finding.found}; expected ${finding.expected}`,
  );
  for (const [name, count] of findings.byClass) {
    const more = count - shownOf(findings.kept, name);
    if (more > 0) lines.push(`${trace}: ${name}: ${more.toLocaleString('en-US')} more; --all shows them`);
  }
  const [errors, warnings] = (['error', 'warning'] as const).map((severity) =>
    findings.count(severity).toLocaleString('en-US'),
  );
  lines.push(`${trace}: ${records.toLocaleString('en-US')} records, ${errors} errors, ${warnings} warnings`);
  return lines.map((line) => `${line}\n`).join('');
}

function shownOf(findings: readonly Finding[], name: FindingClass): number {
  return findings.filter((finding) => finding.class === name).length;
}

function document(done: readonly Validated[]): object {
  const traces = done.map(({ trace, records, findings }) => ({
    trace,
    records,
    errors: findings.count('error'),
    warnings: findings.count('warning'),
    counts: Object.fromEntries(findings.byClass),
    findings: findings.kept.map((finding) => ({ ...finding, severity: FINDING_CLASSES[finding.class].severity })),
  }));
  return { schema: 'vmmu/trace-validate@1', traces };
}
