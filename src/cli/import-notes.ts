/** What an import left out and put in, as text. */
import type { NotesRecord } from '../trace/notes.js';

export function notesText(notes: NotesRecord | undefined): string {
  return noteLines(notes)
    .map(([what, text]) => `${what}: ${text}\n`)
    .join('');
}

/** A line for each class: left out or synthesised, and how many of what. */
export function noteLines(notes: NotesRecord | undefined): [string, string][] {
  if (notes === undefined) return [];
  const { dropped, synthesised } = notes;
  return [...lines('left out', dropped), ...lines('synthesised', synthesised)];
}

function lines(title: string, counts: Readonly<Record<string, number>>): [string, string][] {
  return Object.entries(counts).map(([what, count]) => [title, `${count.toLocaleString('en-US')} ${what}`]);
}
