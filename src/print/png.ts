/** SVG as PNG, with the fonts that come with vmmu. */
import { FONT_FAMILY, FONT_FILES } from './fonts.js';
import { optional } from './optional.js';

const POINTS_PER_INCH = 72;

/** @param dpi dots by inch: 96 is a screen, 300 a print */
export async function png(svg: string, dpi: number): Promise<Uint8Array> {
  const { Resvg } = await optional(() => import('@resvg/resvg-js'), '@resvg/resvg-js', 'PNG');
  const inches = Number(/viewBox="0 0 ([\d.]+)/.exec(svg)![1]) / POINTS_PER_INCH;
  const drawing = new Resvg(svg, {
    fitTo: { mode: 'width', value: Math.round(inches * dpi) },
    font: { fontFiles: FONT_FILES, loadSystemFonts: false, defaultFontFamily: FONT_FAMILY },
  });
  return drawing.render().asPng();
}
