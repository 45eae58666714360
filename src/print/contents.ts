/** A page that says what a folder of results holds: each experiment with its answer. */
import type { StoredExperiment } from './stored.js';

export function contentsPage(experiments: readonly StoredExperiment[]): string {
  return [
    '# Experiments',
    'What `vmmu reproduce` wrote, each with its answer. A folder has tables (CSV, Arrow, LaTeX), figures (SVG, pgfplots, and as data for `vmmu figure`) and a page.',
    ...experiments.map(entry),
  ]
    .join('\n\n')
    .concat('\n');
}

function entry({ experiment, title, answer, source }: StoredExperiment): string {
  return [`## [${experiment}](${experiment}/README.md): ${title}`, ...answer, `Source: ${source}.`].join('\n\n');
}
