/** An experiment's outcome as the files of its folder. */
import type { Experiment, Outcome } from '../experiments/experiment.js';
import { figureSvg } from '../figures/draw.js';
import type { Figure } from '../figures/figure.js';
import { pgfplots } from '../figures/pgfplots.js';
import { EXPERIMENT_SCHEMA } from '../print/stored.js';
import { arrowOf } from '../report/arrow.js';
import { csv } from '../report/csv.js';
import { reportLatex } from '../report/latex.js';
import { reportMarkdown } from '../report/markdown.js';
import { version } from './version.js';

export async function experimentFiles(
  name: string,
  experiment: Experiment,
  outcome: Outcome,
  quick: boolean,
): Promise<Record<string, string | Uint8Array>> {
  const { answer, figures, records } = outcome;
  const { title, source } = experiment;
  const about = { experiment: name, title, source, quick, answer, figures: figures.map((figure) => figure.name) };
  const files: [string, string | Uint8Array][] = [
    ['README.md', experimentPage(experiment, outcome)],
    ['manifest.json', json({ schema: EXPERIMENT_SCHEMA, version: version(), ...about })],
    ['tables.tex', reportLatex(outcome)],
    ...figures.flatMap(figureFiles),
  ];
  for (const [file, rows] of Object.entries(records))
    files.push([`${file}.csv`, csv(rows)], [`${file}.arrow`, await arrowOf(rows)]);
  return Object.fromEntries(files);
}

export function experimentPage({ title }: Experiment, outcome: Outcome): string {
  const { answer, introduction } = outcome;
  return [`# ${title}`, ...answer, ...introduction, reportMarkdown(outcome)].join('\n\n');
}

/** The figure's data, and the figure drawn and for LaTeX. */
function figureFiles(figure: Figure): [string, string][] {
  const { name } = figure;
  return [
    [`${name}.json`, json(figure)],
    [`${name}.svg`, figureSvg(figure)],
    [`${name}.tex`, pgfplots(figure)],
  ];
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
