/**
 * Comma-separated values. The first line names the columns, or `--columns` numbers them. Addresses are hexadecimal, with 0x or without; sizes, threads and
 * processes are decimal; a kind is read, write or fetch, or one of their other names below. Nothing is quoted.
 */
import { UsageError } from '../../errors.js';
import { KIND } from '../event.js';
import type { LineScanner } from '../line-scanner.js';
import { lineTrace, type LineReader } from '../line-trace.js';
import { headLines } from '../recognise-text.js';
import { MOST_BYTES, type UserRows } from '../user-rows.js';
import type { ImportOptions, TraceFormat } from './format.js';

const COMMA = 44;
const HASH = 35;

/** What a column may hold, and how a first line may name it. */
const NAMES = {
  addr: ['addr', 'address', 'vaddr'],
  kind: ['kind', 'type', 'op', 'rw', 'access'],
  size: ['size', 'bytes'],
  thread: ['thread', 'tid'],
  process: ['process', 'pid', 'asid'],
} as const;
type Role = keyof typeof NAMES;

const KINDS = new Map([
  ...['r', 'read', 'l', 'ld', 'load'].map((name) => [name, KIND.read] as const),
  ...['w', 'write', 's', 'st', 'store'].map((name) => [name, KIND.write] as const),
  ...['i', 'f', 'x', 'fetch', 'ifetch', 'exec'].map((name) => [name, KIND.fetch] as const),
]);

export const csv: TraceFormat = {
  description: 'comma-separated values with the names of columns in the first line, or --columns',
  suffix: '.csv',
  recognise(head) {
    const [first, second] = headLines(head);
    return (
      first !== undefined && first.includes(',') && rolesOf(first).includes('addr') && second?.includes(',') !== false
    );
  },
  read: (bytes, options) => lineTrace(bytes, options, (line, rows) => new Reader(line, rows, options)),
};

function rolesOf(names: string): (Role | null)[] {
  const roles = Object.keys(NAMES) as Role[];
  return names.split(',').map((name) => {
    const lower = name.trim().toLowerCase();
    return roles.find((role) => NAMES[role].some((one) => one === lower)) ?? null;
  });
}

class Reader implements LineReader {
  private roles: (Role | null)[] | null;
  private begun = false;

  constructor(
    private readonly scanner: LineScanner,
    private readonly rows: UserRows,
    { columns, path }: ImportOptions,
  ) {
    this.roles = columns === undefined ? null : numbered(columns);
    if (this.roles !== null && !this.roles.includes('addr'))
      throw new UsageError(`${path}: found no column of addresses in --columns; expected such as addr=1`);
  }

  line(): void {
    const { scanner } = this;
    scanner.blanks();
    if (scanner.atEnd() || scanner.peek() === HASH) return;
    const first = !this.begun;
    this.begun = true;
    if (first && this.named()) return;
    this.values(this.roles!);
  }

  /** Whether the first line holds names. */
  private named(): boolean {
    const { scanner, rows } = this;
    const names = rolesOf(scanner.text);
    const given = this.roles !== null;
    this.roles ??= names;
    if (!this.roles.includes('addr')) scanner.fail('the names of columns, among them addr; or --columns');
    rows.notes.drop('columns that hold something else', names.filter((_, at) => this.roles![at] == null).length);
    return !given || !/^\s*(0x)?[0-9a-f]+\s*$/i.test(scanner.text.split(',')[this.roles.indexOf('addr')] ?? '');
  }

  private values(roles: readonly (Role | null)[]): void {
    const { scanner, rows } = this;
    let [page, offset, size, process] = [0, 0, 0, 0];
    let thread: number | null = null;
    let kind: number | null = null;
    for (let column = 0; column < roles.length; column++) {
      if (column > 0 && !scanner.take(COMMA)) this.fail(`${roles.length} columns`);
      scanner.blanks();
      const role = roles[column] ?? null;
      switch (role) {
        case null:
          scanner.find(COMMA);
          break;
        case 'addr':
          if (!scanner.hex()) this.fail('a hexadecimal address', column);
          page = scanner.page;
          offset = scanner.offset;
          break;
        case 'kind':
          kind = KINDS.get(scanner.takeLetters(COMMA).toLowerCase()) ?? this.fail('R, W or I', column);
          break;
        case 'size':
          size = this.number(MOST_BYTES, column);
          break;
        case 'thread':
          thread = this.number(Number.MAX_SAFE_INTEGER, column);
          break;
        case 'process':
          process = this.number(Number.MAX_SAFE_INTEGER, column);
      }
      scanner.blanks();
    }
    if (!scanner.atEnd() && scanner.peek() !== COMMA) this.fail('a comma behind each value');
    if (kind === null) rows.notes.synthesise('reads: the source does not tell loads from stores');
    rows.run(process, thread);
    rows.access(kind ?? KIND.read, page, offset + size);
  }

  private number(most: number, column: number): number {
    const number = this.scanner.decimal();
    return number < 0 || number > most ? this.fail(`a decimal number of ${most} at the most`, column) : number;
  }

  private fail(expected: string, column?: number): never {
    return this.scanner.fail(column === undefined ? expected : `${expected} in column ${column + 1}`);
  }
}

/** @param columns numbers from 1 */
function numbered(columns: Readonly<Record<string, number>>): (Role | null)[] {
  const roles: (Role | null)[] = new Array<null>(Math.max(...Object.values(columns))).fill(null);
  for (const [role, number] of Object.entries(columns)) roles[number - 1] = role as Role;
  return roles;
}
