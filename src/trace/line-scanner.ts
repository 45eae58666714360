/** Goes through text line by line and number by number, without a string for either. */
import { TraceError } from '../errors.js';
import type { EventBatch } from './event.js';
import { shown, wholeLines } from './lines.js';
import type { UserRows } from './user-rows.js';

const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const TAB = 9;
const ZERO = 48;
const X = 120;
const NO_DIGIT = 255;
/** Value of each hexadecimal digit. */
const HEX = new Uint8Array(256).fill(NO_DIGIT);
for (let value = 0; value < 16; value++) {
  const digit = value.toString(16);
  HEX[digit.charCodeAt(0)] = value;
  HEX[digit.toUpperCase().charCodeAt(0)] = value;
}
/** More digits are no address. */
const MOST_DIGITS = 16;
/** More are no number below 2^53. */
const MOST_DECIMALS = 15;
/** More are no address. */
const MOST_ADDRESS_DECIMALS = 20;

export class LineScanner {
  /** The address that was read last. */
  page = 0;
  offset = 0;
  private line = 0;
  private bytes: Uint8Array = new Uint8Array(0);
  private start = 0;
  private at = 0;
  private end = 0;

  constructor(
    private readonly chunks: AsyncIterable<Uint8Array>,
    private readonly path: string,
  ) {}

  get place(): string {
    return `${this.path}: line ${this.line}`;
  }

  /** @param read is called at the start of each line */
  async *batches(rows: UserRows, read: () => void): AsyncGenerator<EventBatch, void, undefined> {
    for await (const bytes of wholeLines(this.chunks, this.path)) {
      this.bytes = bytes;
      for (let next = 0; next < bytes.length;) {
        this.line++;
        this.start = this.at = next;
        const newline = bytes.indexOf(NEWLINE, next);
        const end = newline < 0 ? bytes.length : newline;
        next = end + 1;
        this.end = end > this.start && bytes[end - 1] === RETURN ? end - 1 : end;
        read();
        if (rows.full) yield rows.take();
      }
    }
  }

  atEnd(): boolean {
    return this.at >= this.end;
  }

  /** The next byte, 0 at the end of the line. */
  peek(): number {
    return this.at < this.end ? this.bytes[this.at]! : 0;
  }

  /** The whole line. */
  get text(): string {
    return new TextDecoder().decode(this.bytes.subarray(this.start, this.end));
  }

  /** Goes back to the start of the line. */
  restart(): void {
    this.at = this.start;
  }

  skip(): void {
    this.at++;
  }

  /** @returns whether there were any */
  blanks(): boolean {
    const from = this.at;
    while (this.at < this.end && (this.bytes[this.at] === SPACE || this.bytes[this.at] === TAB)) this.at++;
    return this.at > from;
  }

  /** Goes behind what follows if it is `byte`. */
  take(byte: number): boolean {
    if (this.peek() !== byte) return false;
    this.at++;
    return true;
  }

  /** Whether `word`, of ASCII, follows. */
  follows(word: string): boolean {
    if (this.at + word.length > this.end) return false;
    for (let i = 0; i < word.length; i++) if (this.bytes[this.at + i] !== word.charCodeAt(i)) return false;
    return true;
  }

  /** Goes behind what follows if it is `word`. */
  takeWord(word: string): boolean {
    const follows = this.follows(word);
    if (follows) this.at += word.length;
    return follows;
  }

  /** The text up to a blank, the end of the line, or `end`. */
  takeLetters(end = 0): string {
    let text = '';
    for (; this.peek() > SPACE && this.peek() !== end; this.at++) text += String.fromCharCode(this.peek());
    return text;
  }

  /** Goes to the next `byte`. @returns whether there is one */
  find(byte: number): boolean {
    while (this.at < this.end && this.bytes[this.at] !== byte) this.at++;
    return this.at < this.end;
  }

  /** Goes to the last `byte` of the line. @returns whether there is one behind */
  findLast(byte: number): boolean {
    const last = this.bytes.lastIndexOf(byte, this.end - 1);
    if (last < this.at) return false;
    this.at = last;
    return true;
  }

  /** A hexadecimal address, with 0x or without, as `page` and `offset`. @returns whether there was one */
  hex(): boolean {
    const { bytes, end } = this;
    let { at } = this;
    if (bytes[at] === ZERO && bytes[at + 1] === X && at + 1 < end) at += 2;
    // The offset in the page runs twelve bits behind.
    let page = 0;
    let offset = 0;
    const from = at;
    for (; at < end; at++) {
      const digit = HEX[bytes[at]!]!;
      if (digit === NO_DIGIT) break;
      page = page * 16 + (offset >> 8);
      offset = ((offset & 255) << 4) | digit;
    }
    if (at === from || at - from > MOST_DIGITS) return false;
    this.at = at;
    this.page = page;
    this.offset = offset;
    return true;
  }

  /** A decimal address below 2^64, as `page` and `offset`. @returns whether there was one */
  decimalAddress(): boolean {
    const from = this.at;
    const value = this.decimal();
    if (value >= 0 && !isDigit(this.peek())) {
      this.page = Math.floor(value / 4096);
      this.offset = value % 4096;
      return true;
    }
    this.at = from;
    while (isDigit(this.peek()) && this.at - from <= MOST_ADDRESS_DECIMALS) this.at++;
    const large = BigInt(`0${Buffer.from(this.bytes.subarray(from, this.at)).toString('latin1')}`);
    if (this.at === from || large >= 1n << 64n) return false;
    this.page = Number(large >> 12n);
    this.offset = Number(large & 0xfffn);
    return true;
  }

  /** A decimal number below 10^15; -1 if there is none. */
  decimal(): number {
    const { bytes, end } = this;
    let value = 0;
    const from = this.at;
    let at = from;
    for (; at < end && isDigit(bytes[at]!); at++) value = value * 10 + bytes[at]! - ZERO;
    if (at === from || at - from > MOST_DECIMALS) return -1;
    this.at = at;
    return value;
  }

  fail(expected: string): never {
    throw new TraceError(`${this.place}: found '${shown(this.text)}'; expected ${expected}`);
  }
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte < ZERO + 10;
}
