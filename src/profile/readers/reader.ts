/** What a source of exit profiles offers. */
import type { ImportNotes } from '../../trace/notes.js';
import type { TextLines } from '../../trace/text-lines.js';
import type { ExitProfile } from '../exit-profile.js';

export interface ProfileReader {
  /** One line for lists. */
  readonly description: string;
  /** Whether a text that begins so is of this source. */
  recognise(head: string): boolean;
  read(lines: TextLines, notes: ImportNotes): Promise<ExitProfile>;
}
