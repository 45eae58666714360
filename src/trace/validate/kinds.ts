/** Which kinds of rows a trace may have, by what its header says. */
import { KIND, KIND_NAMES, type EventBatch, type KindName, type TraceCharacteristics } from '../event.js';
import type { Report } from './finding.js';

const { systemCall, initialMapping, contextSwitch, initialPages, initialHeap }: Readonly<Record<KindName, number>> =
  KIND;
const OF_TABLES: readonly number[] = [KIND.pageFault, KIND.tableSnapshot, KIND.tableWrite, KIND.cr3Write];

export class KindChecks {
  /** By kind: what the header lacks, null where the kind is allowed. */
  private readonly lacks: readonly (string | null)[];

  constructor(
    characteristics: TraceCharacteristics,
    private readonly report: Report,
  ) {
    this.lacks = KIND_NAMES.map((_, kind) => lackOf(kind, characteristics));
  }

  check({ length, kind }: EventBatch, firstRow: number): void {
    for (let row = 0; row < length; row++) {
      const lack = this.lacks[kind[row]!] ?? null;
      if (lack !== null) this.report(firstRow + row, 'kind', KIND_NAMES[kind[row]!]!, lack);
    }
  }
}

function lackOf(kind: number, { source, fetches, data, tableWrites }: TraceCharacteristics): string | null {
  const ofUsers = (kind >= initialMapping && kind <= contextSwitch) || [initialPages, initialHeap].includes(kind);
  if (kind === systemCall) return null;
  if (kind === KIND.fetch) return fetches ? null : 'no fetches, as the header says';
  if (kind <= KIND.write) return data ? null : 'no data references, as the header says';
  if (source === 'user' && OF_TABLES.includes(kind)) return 'no events of page tables in a user trace';
  if (source === 'full-system' && ofUsers) return 'no events of processes in a full-system trace';
  return kind === KIND.tableWrite && !tableWrites ? 'no table writes, as the header says' : null;
}
