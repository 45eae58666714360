/** Words in lines, broken at spaces; a word that does not fit stands alone. */
export function linesOf(words: string, fits: (line: string) => boolean): string[] {
  const lines: string[] = [];
  for (const word of words.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)!} ${word}`;
    if (lines.length === 0 || !fits(longer)) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}
