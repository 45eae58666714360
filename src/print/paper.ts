/** All figures as one document: what each experiment asks, its answer, its figures with their captions. */
import { figureSvg, WIDTHS } from '../figures/draw.js';
import type { Figure } from '../figures/figure.js';
import { typstPdf, typstString } from './pdf.js';
import type { StoredExperiment } from './stored.js';

export function paperPdf(experiments: readonly StoredExperiment[]): Promise<Uint8Array> {
  const drawings = experiments.flatMap(({ experiment, figures }) =>
    figures.map((figure) => [fileOf(experiment, figure), figureSvg(figure, false)] as const),
  );
  const { version } = experiments[0]!;
  const source = [
    // A page of letter size whose text is as wide as a figure of both columns.
    '#set page(paper: "us-letter", margin: (x: 0.75in, y: 0.8in), numbering: "1")',
    '#set text(size: 9.5pt)',
    '#set par(leading: 0.6em, spacing: 1em)',
    '#show heading: set block(above: 1.6em, below: 0.8em)',
    '#show figure.caption: set text(size: 8.5pt)',
    '#show figure.caption: set align(left)',
    `#text(size: 16pt, weight: "bold", ${typstString('Nested against shadow paging: figures')})`,
    `#par(${typstString(`vmmu ${version}, vmmu reproduce`)})`,
    '#outline(title: none, depth: 1)',
    ...experiments.flatMap(section),
  ];
  return typstPdf(source.join('\n'), Object.fromEntries(drawings), 'vmmu: figures');
}

function section({ experiment, title, source, answer, figures }: StoredExperiment): string[] {
  return [
    `#heading(level: 1, ${typstString(title)})`,
    '#block(sticky: true)[',
    ...answer.map((sentence) => `#par(${typstString(sentence)})`),
    `#par(text(size: 8pt, fill: luma(90), ${typstString(`Source: ${source}. Command: vmmu reproduce ${experiment}`)}))`,
    ']',
    ...rowsOf(figures).map((row) => {
      const cells = row.map((figure) => picture(experiment, figure)).join(', ');
      return row.length === 1 ? `#${cells}` : `#grid(columns: ${row.length}, column-gutter: 1fr, ${cells})`;
    }),
  ];
}

/** Figures as wide as a column stand two in a row. */
function rowsOf(figures: readonly Figure[]): Figure[][] {
  const rows: Figure[][] = [];
  for (const figure of figures) {
    const last = rows.at(-1);
    if (figure.width === 'column' && last?.length === 1 && last[0]!.width === 'column') last.push(figure);
    else rows.push([figure]);
  }
  return rows;
}

function picture(experiment: string, figure: Figure): string {
  const { title, caption, width } = figure;
  const image = `image(${typstString(fileOf(experiment, figure))}, width: ${WIDTHS[width]}in, alt: ${typstString(title)})`;
  return `block(width: ${WIDTHS[width]}in, figure(${image}, caption: [#strong(${typstString(`${title}.`)}) #${typstString(caption)}]))`;
}

const fileOf = (experiment: string, { name }: Figure): string => `${experiment}-${name}.svg`;
