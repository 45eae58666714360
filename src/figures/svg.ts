/** What every drawing has: dark text on white, and numbers as short as a drawing needs them. */

export const INK = '#1b1f24';
const FAINT = '#57606a';
const FONT = "system-ui, 'Segoe UI', 'Helvetica Neue', 'DejaVu Sans', Arial, sans-serif";

interface TextStyle {
  readonly size: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly bold?: boolean;
  readonly faint?: boolean;
  readonly colour?: string;
}

export function text(x: number, y: number, words: string, style: TextStyle): string {
  const { size, anchor = 'start', bold = false, faint = false, colour = faint ? FAINT : INK } = style;
  const weight = bold ? ' font-weight="700"' : '';
  return `<text x="${round(x, 2)}" y="${round(y, 2)}" font-size="${round(size)}" text-anchor="${anchor}"${weight} fill="${colour}">${escaped(words)}</text>`;
}

/** The first line of a drawing, which says how large it is, and its title. */
export function opening(width: number, height: number, title: string): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="${FONT}">`,
    `<title>${escaped(title)}</title>`,
  ].join('\n');
}

export function escaped(words: string): string {
  return words.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

export function round(value: number, digits = 1): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
