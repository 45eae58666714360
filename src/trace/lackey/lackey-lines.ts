/**
 * A file of Valgrind's lackey, `--trace-mem=yes` with `--trace-syscalls=yes`: a line for each reference, which goes into rows at once, and lines
 * of events, which are handed out one by one.
 */
import { TraceError } from '../../errors.js';
import { KIND } from '../event.js';
import { shown, wholeLines } from '../lines.js';
import type { UserRows } from '../user-rows.js';

const NEWLINE = 10;
const SPACE = 32;
const COMMA = 44;
const I = 73;
const L = 76;
const M = 77;
const S = 83;
/** Value of each hexadecimal digit, 255 for what is none. */
const HEX = new Uint8Array(256).fill(255);
for (let value = 0; value < 16; value++) HEX[value.toString(16).charCodeAt(0)] = value;
/** More digits are no address. */
const MOST_DIGITS = 16;

export class LackeyLines {
  /** Lines gone through. */
  private line = 0;
  private bytes: Uint8Array = new Uint8Array(0);
  private at = 0;

  constructor(
    private readonly chunks: AsyncIterable<Uint8Array>,
    private readonly path: string,
    private readonly rows: UserRows,
  ) {}

  get place(): string {
    return `${this.path}: line ${this.line}`;
  }

  /** Lines that are no references, without their newline; null where the rows are full and must be taken. */
  async *events(): AsyncGenerator<string | null, void, undefined> {
    for await (const bytes of wholeLines(this.chunks, this.path)) {
      this.bytes = bytes;
      this.at = 0;
      while (this.at < bytes.length) {
        this.line++;
        if (!this.reference()) yield this.takeLine();
        if (this.rows.full) yield null;
      }
    }
  }

  /** Reads a line such as ` S 1fff000678,8`. @returns whether it was one; if not, nothing was taken */
  private reference(): boolean {
    const { bytes } = this;
    let at = this.at;
    const first = bytes[at]!;
    const letter = first === SPACE ? bytes[at + 1]! : first;
    const fetch = first === I && bytes[at + 1] === SPACE && bytes[at + 2] === SPACE;
    const data = first === SPACE && bytes[at + 2] === SPACE && (letter === L || letter === S || letter === M);
    if (!fetch && !data) return false;
    at += 3;
    // The page, and the offset in it: twelve bits behind.
    let page = 0;
    let offset = 0;
    const digits = at;
    for (;;) {
      const digit = HEX[bytes[at]!]!;
      if (!(digit < 16)) break; // so too at the end of the bytes
      page = page * 16 + (offset >> 8);
      offset = ((offset & 255) << 4) | digit;
      at++;
    }
    if (bytes[at] !== COMMA || at === digits || at - digits > MOST_DIGITS) this.fail();
    let size = 0;
    const sizeAt = ++at;
    for (; bytes[at]! >= 48 && bytes[at]! <= 57; at++) size = size * 10 + bytes[at]! - 48;
    if (at === sizeAt || size === 0 || size > 4096 || (at < bytes.length && bytes[at] !== NEWLINE)) this.fail();
    this.at = at + 1;
    this.rows.access(fetch ? KIND.fetch : letter === L ? KIND.read : KIND.write, page, offset + size);
    return true;
  }

  private takeLine(): string {
    const end = this.bytes.indexOf(NEWLINE, this.at);
    const line = this.bytes.subarray(this.at, end < 0 ? this.bytes.length : end);
    this.at += line.length + 1;
    return new TextDecoder().decode(line);
  }

  fail(text = this.takeLine(), expected = "a line as ' S 1fff000678,8' or an event"): never {
    throw new TraceError(`${this.place}: found '${shown(text)}'; expected ${expected}`);
  }
}
