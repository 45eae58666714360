/** Whether text could be of a format, by its first lines. */

/** The whole lines of the head that are neither empty nor comments, the last too if nothing else is there. */
export function headLines(head: Uint8Array): string[] {
  const lines = new TextDecoder().decode(head).split(/\r?\n/);
  if (lines.length > 1) lines.pop();
  return lines.filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

export function allLines(head: Uint8Array, pattern: RegExp): boolean {
  const lines = headLines(head);
  return lines.length > 0 && lines.every((line) => pattern.test(line));
}
