/** A figure as SVG, as wide as a column of a paper or both of them, to the hundredth of an inch. */
import { description } from './describe.js';
import type { Figure } from './figure.js';
import { frame } from './frame.js';
import type { Drawing, Sheet } from './plots/drawn.js';
import { barDrawing } from './plots/bars.js';
import { dotDrawing } from './plots/dots.js';
import { rangeDrawing } from './plots/ranges.js';
import { xyDrawing } from './plots/xy.js';
import { hatchDefinitions } from './style.js';
import { escaped, round } from './svg.js';

/** Inches. */
export const WIDTHS = { column: 3.33, page: 7 } as const;
const POINTS_PER_INCH = 72;
/** Widths of letters are those of the first of them, which Arial and Helvetica share. */
const FONTS = "'Liberation Sans', Arial, Helvetica, sans-serif";

/** @param titled the title is drawn too; a figure with a caption below it needs none */
export function figureSvg(figure: Figure, titled = true, width = figure.width): string {
  const points = WIDTHS[width] * POINTS_PER_INCH;
  const { name, title, plot } = figure;
  const { content, body } = drawingOf(figure, titled, width);
  const around = frame(content);
  const height = Math.ceil(around.height);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTHS[width]}in" height="${round(height / POINTS_PER_INCH, 3)}in" viewBox="0 0 ${round(points, 2)} ${height}" role="img" aria-labelledby="${name}-title ${name}-text" font-family="${FONTS}">`,
    `<title id="${name}-title">${escaped(title)}</title>`,
    `<desc id="${name}-text">${escaped(description(figure))}</desc>`,
    hatchDefinitions(name, plot.kind === 'ranges' ? 2 : plot.series.length),
    `<rect width="${round(points, 2)}" height="${height}" fill="#ffffff"/>`,
    ...around.behind,
    ...body(around),
    ...around.before,
    '</svg>',
    '',
  ].join('\n');
}

export function drawingOf({ name, title, plot }: Figure, titled: boolean, width: Figure['width']): Drawing {
  const sheet: Sheet = { name, title: titled ? title : null, width: WIDTHS[width] * POINTS_PER_INCH };
  switch (plot.kind) {
    case 'xy':
      return xyDrawing(sheet, plot);
    case 'bars':
      return barDrawing(sheet, plot);
    case 'dots':
      return dotDrawing(sheet, plot);
    case 'ranges':
      return rangeDrawing(sheet, plot);
  }
}
