/** `vmmu plan FLEET`: which configuration, how many hosts, and how sure. */
import { Option } from '@commander-js/extra-typings';
import type { Plan } from '../../plan/plan.js';
import { Command } from '../command.js';
import { interruptible } from '../interrupt.js';
import { readText, wholeNumber } from '../options.js';
import { lateProgress } from '../progress.js';

const FORMATS = ['table', 'answer', 'markdown', 'latex', 'json', 'csv'] as const;

const EXAMPLES = `
A fleet is a YAML file of hosts and virtual machines; each virtual machine has a profile of what it does in a second. What a profile leaves
out stands for a range, and is listed with where it comes from. docs/planning.md has three worked fleets.

Examples:
  vmmu plan examples/web-farm/fleet.yaml
  vmmu plan fleet.yaml --format json > plan.json
  vmmu plan fleet.yaml --out plan                     tables, CSV, JSON and figures in a folder
  vmmu plan profile redis --machine amd-zen4 -o redis.profile.yaml

Exit status: 0 fine, 2 bad usage or input.`;

export function planFleetCommand() {
  return new Command('fleet')
    .description('what each configuration of a fleet costs, how many hosts it needs, and how sure that is')
    .argument('<file>', 'fleet, as YAML')
    .addOption(
      new Option('--format <name>', 'form of the output; answer: the sentences alone, one a line')
        .choices(FORMATS)
        .default('table'),
    )
    .option('--out <dir>', 'also write README.md, plan.json, plan.csv and figures there')
    .option('--workers <number>', 'worker threads (default: one for each processor)', wholeNumber(1, 1024))
    .option('--quiet', 'no progress on stderr')
    .addHelpText('after', EXAMPLES)
    .action(async (file, { format, out, workers, quiet = false }) => {
      const { readFleet } = await import('../../plan/fleet.js');
      const fleet = readFleet(file, readText);
      if (out !== undefined) await (await import('../../report/out-dir.js')).checkOutDir(out);
      const { measuredPlan } = await import('../../plan/measure-walks.js');
      const shown = lateProgress('streams of walks', quiet);
      const plan = await interruptible('nothing was written; run the command again', (signal) =>
        measuredPlan(fleet, {
          workers,
          signal,
          onTask: ({ machine }, of) => shown.step(machine.name, of),
        }).finally(shown.end),
      );
      if (out !== undefined) await writePlan(out, plan);
      process.stdout.write(await printed(plan, format));
    });
}

async function printed(plan: Plan, format: (typeof FORMATS)[number]): Promise<string> {
  const forms = await import('../../plan/forms.js');
  if (format === 'json') return `${JSON.stringify(forms.planDocument(plan), null, 2)}\n`;
  if (format === 'csv') return forms.planCsv(plan);
  if (format === 'answer') {
    const { answerOf } = await import('../../plan/answer.js');
    return `${answerOf(plan).join('\n')}\n`;
  }
  if (format === 'markdown') return pageOf(plan);
  if (format === 'table') return (await import('../plan-text.js')).planText(plan);
  const { planReport } = await import('../../plan/sheets.js');
  return (await import('../../report/latex.js')).reportLatex(planReport(plan));
}

async function pageOf(plan: Plan): Promise<string> {
  const { answerOf } = await import('../../plan/answer.js');
  const { planReport } = await import('../../plan/sheets.js');
  const { reportMarkdown } = await import('../../report/markdown.js');
  return [`# ${plan.fleet.name}`, ...answerOf(plan), reportMarkdown(planReport(plan))].join('\n\n');
}

async function writePlan(out: string, plan: Plan): Promise<void> {
  const { writeFolder } = await import('../../report/out-dir.js');
  const { planFigures } = await import('../../plan/figures.js');
  const { figureSvg } = await import('../../figures/draw.js');
  const forms = await import('../../plan/forms.js');
  await writeFolder(out, {
    'README.md': await pageOf(plan),
    'plan.json': `${JSON.stringify(forms.planDocument(plan), null, 2)}\n`,
    'plan.csv': forms.planCsv(plan),
    ...Object.fromEntries(
      planFigures(plan).flatMap((figure) => [
        [`${figure.name}.json`, `${JSON.stringify(figure, null, 2)}\n`],
        [`${figure.name}.svg`, figureSvg(figure)],
      ]),
    ),
  });
}
