/** What the references and CR3 writes of a full-system trace must not contradict: the page tables that it has recorded. */
import {
  KIND,
  KIND_NAMES,
  LAST_REFERENCE,
  operand,
  operandCount,
  operandPage,
  type EventBatch,
  type PageDictionary,
} from '../event.js';
import { TableRecords } from '../table-records.js';
import { RecordedWords } from '../table-words.js';
import type { Report } from './finding.js';

export class TableChecks {
  private readonly records = new TableRecords();
  private readonly words = new RecordedWords();

  constructor(
    private readonly pages: PageDictionary,
    private readonly report: Report,
  ) {}

  check(batch: EventBatch, firstRow: number): void {
    this.records.contradictions(batch, (row, found, expected) =>
      this.report(firstRow + row, 'table-record', found, expected),
    );
    for (let row = 0; row < batch.length; row++) {
      const kind = batch.kind[row]!;
      if (kind <= LAST_REFERENCE) this.reference(batch, row, firstRow + row);
      else {
        this.words.event(batch, row);
        if (kind === KIND.cr3Write) this.root(firstRow + row);
      }
    }
  }

  private root(at: number): void {
    const { root, tables } = this.words;
    if (!tables.has(root))
      this.report(
        at,
        'root-without-entries',
        `a CR3 write to the table at ${hex(root * 4096)}`,
        'a table with recorded entries',
      );
  }

  private reference(batch: EventBatch, row: number, at: number): void {
    const kind = batch.kind[row]!;
    const vpn = this.pages.vpn[batch.page[row]!]!;
    const mapping = this.words.find(vpn);
    const what = `${KIND_NAMES[kind]!} of page ${hex(vpn)}`;
    if (mapping === null) {
      const which = kind === KIND.write ? 'untranslated-write' : 'untranslated-reference';
      return this.report(at, which, what, 'a page that the tables in use map');
    }
    if (kind === KIND.write && !mapping.writable)
      this.report(at, 'read-only-store', what, 'entries that allow to write');
    if (kind === KIND.fetch && !mapping.executable)
      this.report(at, 'no-execute-fetch', what, 'entries that allow to execute');
    // An address of 0 is not known.
    if (operandCount(batch, row) === 0 || operand(batch, row, 0) === 0) return;
    const frame = operandPage(batch, row, 0);
    if (frame !== mapping.frame)
      this.report(
        at,
        'wrong-address',
        `${what} at frame ${hex(frame)}`,
        `frame ${hex(mapping.frame)}, as the tables have it`,
      );
  }
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
