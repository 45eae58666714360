/** What an import had to leave out, and what it put in: counts by class, for people to see. */
import { TraceError } from '../errors.js';

/** What an import has left out and put in, as counts by class. */
export interface NotesRecord {
  /** What the source holds and a trace has no place for. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Rows that the source does not hold: made by the rules of docs/import.md. */
  readonly synthesised: Readonly<Record<string, number>>;
}

export class ImportNotes {
  private readonly dropped = new Map<string, number>();
  private readonly synthesised = new Map<string, number>();

  /** @param strict whatever is left out ends the import */
  constructor(private readonly strict = false) {}

  /** Where the importer is: file and line or byte. */
  place: () => string = () => 'a trace';

  drop(what: string, times = 1): void {
    if (times === 0) return;
    if (this.strict) throw new TraceError(`${this.place()}: found ${what}; with --strict nothing is left out`);
    this.dropped.set(what, (this.dropped.get(what) ?? 0) + times);
  }

  synthesise(what: string, times = 1): void {
    if (times > 0) this.synthesised.set(what, (this.synthesised.get(what) ?? 0) + times);
  }

  /** Of several imports together. */
  static sum(records: readonly (NotesRecord | undefined)[]): NotesRecord {
    const sum = { dropped: {} as Record<string, number>, synthesised: {} as Record<string, number> };
    for (const record of records)
      for (const what of ['dropped', 'synthesised'] as const)
        for (const [name, count] of Object.entries(record?.[what] ?? {}))
          sum[what][name] = (sum[what][name] ?? 0) + count;
    return sum;
  }

  get record(): NotesRecord {
    return { dropped: Object.fromEntries(this.dropped), synthesised: Object.fromEntries(this.synthesised) };
  }
}
