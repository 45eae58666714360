/** What can be wrong with a trace, by class. */

/**
 * `error`: the trace contradicts itself or its header, and something was recorded or converted wrongly.
 * `warning`: a system may behave so, but a replay can be expected to leave something out, or to differ.
 */
export type Severity = 'error' | 'warning';

export const FINDING_CLASSES = {
  structure: { severity: 'error', meaning: 'the file is damaged: what stands behind it cannot be read' },
  kind: { severity: 'error', meaning: 'a row of a kind that the header says the trace does not have' },
  range: { severity: 'error', meaning: 'a range of no pages, or beyond the last page of 64-bit addresses' },
  'unmapped-range': { severity: 'error', meaning: 'munmap, mprotect, madvise or mremap where nothing is mapped' },
  'partly-mapped-range': { severity: 'warning', meaning: 'mprotect, madvise or mremap of a range with holes' },
  'mapped-twice': { severity: 'warning', meaning: 'a mapping over another one that was not asked for (fixed)' },
  heap: { severity: 'warning', meaning: 'a heap that ends before it starts, or grows over a mapping' },
  'unmapped-reference': { severity: 'error', meaning: 'a reference to a page that nothing maps' },
  'forbidden-reference': { severity: 'error', meaning: 'a reference that the protection of its mapping forbids' },
  fork: { severity: 'error', meaning: 'a fork into a space that lives' },
  'unknown-space': { severity: 'error', meaning: 'a switch to a space that nothing has made' },
  'wrong-space': { severity: 'error', meaning: 'a row of another space than the one that runs' },
  'unknown-thread': { severity: 'error', meaning: 'a switch to a thread, or the exit of one, that was not started' },
  'table-record': { severity: 'error', meaning: 'a record of a page table that contradicts those before it' },
  'untranslated-write': { severity: 'error', meaning: 'a write to a page that the recorded tables do not map' },
  'untranslated-reference': {
    severity: 'warning',
    meaning: 'a fetch or read of a page that the recorded tables do not map; a replay leaves it out and counts it',
  },
  'read-only-store': { severity: 'error', meaning: 'a write through an entry that forbids it' },
  'no-execute-fetch': { severity: 'error', meaning: 'a fetch through an entry that forbids it' },
  'wrong-address': {
    severity: 'error',
    meaning: 'a physical address other than the one that the recorded tables give',
  },
  'root-without-entries': { severity: 'error', meaning: 'a CR3 write to a table of which no entry was recorded' },
} as const satisfies Record<string, { readonly severity: Severity; readonly meaning: string }>;

export type FindingClass = keyof typeof FINDING_CLASSES;

export interface Finding {
  /** Number of the row, from 0; of a damaged file, the rows before it. */
  readonly record: number;
  readonly class: FindingClass;
  readonly found: string;
  readonly expected: string;
}

/** Takes findings as they come. */
export type Report = (record: number, what: FindingClass, found: string, expected: string) => void;

/** The first findings of each class, and how many there are. */
export class Findings {
  readonly kept: Finding[] = [];
  private readonly counts = new Map<FindingClass, number>();

  constructor(private readonly mostOfClass: number) {}

  readonly report: Report = (record, what, found, expected) => {
    const count = (this.counts.get(what) ?? 0) + 1;
    this.counts.set(what, count);
    if (count <= this.mostOfClass) this.kept.push({ record, class: what, found, expected });
  };

  /** Findings by class, in the order of the classes above. */
  get byClass(): ReadonlyMap<FindingClass, number> {
    const names = Object.keys(FINDING_CLASSES) as FindingClass[];
    return new Map(names.flatMap((name) => (this.counts.has(name) ? [[name, this.counts.get(name)!]] : [])));
  }

  count(severity: Severity): number {
    return [...this.byClass].reduce((sum, [name, n]) => sum + (FINDING_CLASSES[name].severity === severity ? n : 0), 0);
  }
}
