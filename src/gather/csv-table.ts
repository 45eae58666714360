/** A CSV file of results: records by column, whose values are checked as they are taken. */
import { CsvError, parse } from 'csv-parse/sync';
import { UsageError } from '../errors.js';

export class CsvRecord {
  constructor(
    private readonly path: string,
    private readonly line: number,
    private readonly values: Readonly<Record<string, string>>,
  ) {}

  text(column: string): string {
    const value = this.values[column];
    if (value === undefined)
      throw new UsageError(
        `${this.path}: found no column ${column}; expected those of this version of vmmu: run the command again`,
      );
    return value;
  }

  number(column: string): number {
    const text = this.text(column);
    const value = text.trim() === '' ? NaN : Number(text);
    if (!(value >= 0 && value < Infinity)) throw this.wrong(column, 'a number that is not negative');
    return value;
  }

  oneOf<T extends string>(column: string, allowed: readonly T[]): T {
    const text = this.text(column);
    return allowed.find((one) => one === text) ?? this.fail(column, `one of ${allowed.join(', ')}`);
  }

  /** @throws UsageError because a column stands where another is expected, or is missing */
  misplaced(column: string): never {
    this.text(column);
    throw new UsageError(`${this.path}: found column ${column} in another place; expected the order that vmmu writes`);
  }

  has(column: string): boolean {
    return Object.hasOwn(this.values, column);
  }

  get columns(): string[] {
    return Object.keys(this.values);
  }

  private fail(column: string, expected: string): never {
    throw this.wrong(column, expected);
  }

  private wrong(column: string, expected: string): UsageError {
    return new UsageError(`${this.path}:${this.line}: ${column}: found '${this.text(column)}'; expected ${expected}`);
  }
}

/** @param path for messages */
export function csvRecords(text: string, path: string): CsvRecord[] {
  try {
    const records = parse<Record<string, string>>(text, { columns: true, bom: true, info: true }) as unknown as {
      readonly info: { readonly lines: number };
      readonly record: Record<string, string>;
    }[];
    return records.map(({ info, record }) => new CsvRecord(path, info.lines, record));
  } catch (error) {
    if (error instanceof CsvError) throw new UsageError(`${path}: ${error.message}`);
    throw error;
  }
}
