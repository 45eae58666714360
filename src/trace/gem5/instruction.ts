/** What gem5 says of an instruction's references. */
import { KIND } from '../event.js';
import type { UserRows } from '../user-rows.js';

/** Numbers of instruction types, and how their names end. */
const INSTRUCTION_TYPE = { read: 30, write: 31, prefetch: 33 } as const;

/** What the references of an instruction of this type are; null: told neither by it nor by anything else. */
function referenceKind(type: number): number | 'prefetch' | null {
  if (type === INSTRUCTION_TYPE.read) return KIND.read;
  if (type === INSTRUCTION_TYPE.write) return KIND.write;
  return type === INSTRUCTION_TYPE.prefetch ? 'prefetch' : null;
}

export function typeOfName(name: string): number {
  if (name.endsWith('MemRead')) return INSTRUCTION_TYPE.read;
  if (name.endsWith('MemWrite')) return INSTRUCTION_TYPE.write;
  return name.endsWith('Prefetch') ? INSTRUCTION_TYPE.prefetch : 0;
}

export function access(rows: UserRows, type: number, page: number, end: number): void {
  const kind = referenceKind(type);
  if (kind === 'prefetch') return rows.notes.drop('prefetches');
  if (kind === null) rows.notes.synthesise('reads: the source does not tell loads from stores');
  rows.access(kind ?? KIND.read, page, end);
}
