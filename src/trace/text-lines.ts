/** Text line by line, for formats whose lines are few; those that have millions read bytes (see lackey). */
import { TraceError } from '../errors.js';
import { shown, wholeLines } from './lines.js';

/** Longer ones are cut: what matters stands before. */
const LONGEST = 5000;

/** The lines of a text, and where the reader is. */
export class TextLines {
  private line = 0;
  /** Where each thing that is counted was first read, by its name. */
  readonly places: Record<string, string> = {};

  constructor(
    private readonly chunks: AsyncIterable<Uint8Array>,
    private readonly path: string,
  ) {}

  get place(): string {
    return `${this.path}: line ${this.line}`;
  }

  mark(name: string): void {
    if (!Object.hasOwn(this.places, name)) this.places[name] = this.place;
  }

  /** Without their ends and what surrounds them. */
  async *all(): AsyncGenerator<string, void, undefined> {
    for await (const bytes of wholeLines(this.chunks, this.path)) {
      const lines = new TextDecoder().decode(bytes).split('\n');
      if (lines.at(-1) === '') lines.pop();
      for (const text of lines) {
        this.line++;
        yield text.slice(0, LONGEST).trim();
      }
    }
  }

  fail(found: string, expected: string): never {
    throw new TraceError(`${this.place}: found '${shown(found)}'; expected ${expected}`);
  }
}
