/** Words as LaTeX prints them. */

const SPECIAL: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '–': '--',
  '…': '\\dots{}',
  '×': '$\\times$',
  '·': '$\\cdot$',
  '→': '$\\to$',
  '≥': '$\\geq$',
  '≤': '$\\leq$',
  '≈': '$\\approx$',
  '±': '$\\pm$',
  '−': '$-$',
  µ: '\\textmu{}',
};

export function latexText(text: string): string {
  return text.replace(/[\\~^–…×·→≥≤≈±−µ&%$#_{}]/g, (character) => SPECIAL[character] ?? `\\${character}`);
}
