/** `vmmu figure`: figures that experiments have written, drawn at the width and in the format that a paper takes. */
import { extname } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import { UsageError } from '../../errors.js';
import { Command } from '../command.js';
import { wholeNumber } from '../options.js';

const FORMATS = ['svg', 'png', 'pdf', 'tex'] as const;
type Format = (typeof FORMATS)[number];
const WIDTHS = ['column', 'page'] as const;
const PAPER = 'paper';

interface Look {
  readonly width?: (typeof WIDTHS)[number] | undefined;
  readonly titled: boolean;
  readonly dpi: number;
}

const EXAMPLES = `
A column is 3.33 inches wide, a page 7. Titles are drawn unless --untitled: papers have captions. tex is a picture for pgfplots.

Examples:
  vmmu list figures
  vmmu figure break-even -o break-even.svg
  vmmu figure walk-references --width page -o walks.png --dpi 300
  vmmu figure gups/ratios --untitled -o ratios.pdf
  vmmu figure --format pdf -o figures                      all of them, a file each
  vmmu figure paper -o paper.pdf                           all of them in one document, with answers and captions
  vmmu figure paper -o mine.pdf --results mine             of what vmmu reproduce --out mine has written
  vmmu figure results/gups/ratios.json -o ratios.svg       from a file, perhaps edited`;

export function figureCommand() {
  return new Command('figure')
    .description('draw figures of results as SVG, PNG, PDF or for LaTeX, or all as one document')
    .argument('[names...]', "experiments, 'experiment/figure', files, or 'paper'; all figures by default")
    .option('-o, --out <path>', 'a file; a folder for several figures (default: stdout, SVG and tex of one figure)')
    .addOption(new Option('--format <name>', 'default: as the file is called, else svg').choices(FORMATS))
    .addOption(new Option('--width <name>', 'default: as wide as the figure asks for').choices(WIDTHS))
    .option('--untitled', 'no title in the drawing')
    .option('--dpi <number>', 'dots by inch of PNG', wholeNumber(24, 2400), 192)
    .option('--results <dir>', 'folder that vmmu reproduce --out wrote (default: the results that come with vmmu)')
    .addHelpText('after', EXAMPLES)
    .action(async (names, { out, format: asked, width, untitled = false, dpi, results }) => {
      const { SHIPPED_RESULTS, storedExperiments } = await import('../../print/stored.js');
      const experiments = await storedExperiments(results ?? SHIPPED_RESULTS);
      if (names.includes(PAPER)) return paper(experiments, names, out, asked);
      const { chosenFigures } = await import('../figure-names.js');
      const figures = await chosenFigures(names, experiments);
      const look = { width, titled: !untitled, dpi };
      const single = figures.length === 1 && !(out !== undefined && isFolderName(out));
      const format = asked ?? (single ? formatOf(out) : 'svg');
      if (!single) return several(figures, out, format, look);
      const drawn = await drawnAs(format, figures[0]!.figure, look);
      if (out !== undefined) return (await import('../out-file.js')).writeOutFile(out, drawn, '-o');
      if (format === 'png' || format === 'pdf')
        throw new UsageError(`--format ${format} needs a file: -o FILE.${format}`);
      process.stdout.write(drawn);
    });
}

type Stored = Awaited<ReturnType<typeof import('../../print/stored.js').storedExperiments>>;
type Named = Awaited<ReturnType<typeof import('../figure-names.js').chosenFigures>>;

async function paper(
  experiments: Stored,
  names: readonly string[],
  out: string | undefined,
  format: Format | undefined,
): Promise<void> {
  if (names.length > 1) throw new UsageError(`'${PAPER}' has all figures: name nothing else beside it`);
  if (out === undefined) throw new UsageError(`'${PAPER}' needs a file: -o ${PAPER}.pdf`);
  if ((format ?? formatOf(out)) !== 'pdf') throw new UsageError(`'${PAPER}' is one PDF: -o ${PAPER}.pdf`);
  if (experiments.length === 0) throw new UsageError('--results: no experiment has written results there');
  const { paperPdf } = await import('../../print/paper.js');
  const { writeOutFile } = await import('../out-file.js');
  await writeOutFile(out, await paperPdf(experiments), '-o');
}

async function several(figures: Named, out: string | undefined, format: Format, look: Look): Promise<void> {
  if (figures.length === 0) throw new UsageError('--results: no experiment has written figures there');
  if (out === undefined)
    throw new UsageError(`these are ${figures.length} figures: -o FOLDER, or name one; see 'vmmu list figures'`);
  const { writeFolder } = await import('../../report/out-dir.js');
  const files: Record<string, string | Uint8Array> = {};
  for (const { name, figure } of figures)
    files[`${name.replace('/', '-')}.${format}`] = await drawnAs(format, figure, look);
  await writeFolder(out, files, '-o');
}

async function drawnAs(
  format: Format,
  figure: Named[number]['figure'],
  { width, titled, dpi }: Look,
): Promise<string | Uint8Array> {
  if (format === 'tex') return (await import('../../figures/pgfplots.js')).pgfplots(figure, width);
  const svg = (await import('../../figures/draw.js')).figureSvg(figure, titled, width);
  switch (format) {
    case 'svg':
      return svg;
    case 'png':
      return (await import('../../print/png.js')).png(svg, dpi);
    case 'pdf':
      return (await import('../../print/pdf.js')).svgPdf(svg, figure.title);
  }
}

const isFolderName = (path: string): boolean => extname(path) === '';

function formatOf(path: string | undefined): Format {
  const suffix = path === undefined ? 'svg' : extname(path).slice(1);
  const format = FORMATS.find((one) => one === suffix);
  if (format === undefined)
    throw new UsageError(`-o ${path}: found .${suffix}; allowed: ${FORMATS.map((one) => `.${one}`).join(', ')}`);
  return format;
}
