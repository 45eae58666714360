/** What an import left out and put in, as text. */
import type { NotesRecord } from '../trace/notes.js';

export function notesText(notes: NotesRecord | undefined): string {
  if (notes === undefined) return '';
  return [...lines('left out', notes.dropped), ...lines('synthesised', notes.synthesised)].join('');
}

function lines(title: string, counts: Readonly<Record<string, number>>): string[] {
  return Object.entries(counts).map(([what, count]) => `${title}: ${count.toLocaleString('en-US')} ${what}\n`);
}
