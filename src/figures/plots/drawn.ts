/** What each kind of plot answers with. */
import type { Content, Frame } from '../frame.js';

/** Words of the figure and its room, which do not depend on the kind of plot. */
export interface Sheet {
  /** For ids. */
  readonly name: string;
  readonly title: string | null;
  readonly width: number;
}

export interface Drawing {
  readonly content: Content;
  /** Between what is behind and what is before. */
  readonly body: (frame: Frame) => readonly string[];
}
