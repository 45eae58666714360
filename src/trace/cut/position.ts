/** Places where a trace can be cut: before a record, before a reference, before an event. */
import { lookUpKind } from './kind-name.js';
import { UsageError } from '../../errors.js';
import { KIND, LAST_REFERENCE, MARKER, operand, type EventBatch, type TraceCharacteristics } from '../event.js';

/** Where in a batch: before a row, or in it, behind so many of its references. */
export interface Place {
  readonly row: number;
  readonly references: number;
}

export interface Position {
  /** The place, if it is in this batch; to be asked batch by batch. */
  find(batch: EventBatch): Place | null;
  /** Whether it is where the trace ends, once all batches have been asked. */
  atEnd(): boolean;
  /** What the trace has of what the position counts, for messages: `3,020,584 records`. */
  had(): string;
}

export const POSITION_FORMS = 'record:N, ref:N, event:KIND, event:KIND:N, marker:begin or marker:end';

/** Reads `record:N` (from 0), `ref:N` (from 0), `event:KIND:N` (from 1; 1 if left out). */
export function positionOf(text: string, { counts }: TraceCharacteristics, option: string): Position {
  const [by, what, nth, ...rest] = text.split(':');
  if (by === 'time')
    throw new UsageError(`${option}: found ${text}; the native format has no times; allowed: ${POSITION_FORMS}`);
  if (by === 'marker' && (what === 'begin' || what === 'end') && nth === undefined)
    return new MarkerPosition(MARKER[what], what);
  if (by === 'record' && nth === undefined) return new RecordPosition(wholeNumber(what, text, option));
  if (by === 'ref' && nth === undefined)
    return new ReferencePosition(wholeNumber(what, text, option), counts === 'exact');
  if (by === 'event' && what !== undefined && rest.length === 0) {
    const kind = lookUpKind(what, option);
    return new EventPosition(kind, what, nth === undefined ? 1 : wholeNumber(nth, text, option, 1));
  }
  throw new UsageError(`${option}: found '${text}'; allowed: ${POSITION_FORMS}`);
}

class RecordPosition implements Position {
  private before = 0;

  constructor(private readonly record: number) {}

  find({ length }: EventBatch): Place | null {
    const row = this.record - this.before;
    this.before += length;
    return row < length ? { row, references: 0 } : null;
  }

  atEnd(): boolean {
    return this.before === this.record;
  }

  had(): string {
    return `${this.before.toLocaleString('en-US')} records`;
  }
}

/** Runs are cut in two; where counts are of what stands between rows, before the first row behind the reference. */
class ReferencePosition implements Position {
  private before = 0;

  constructor(
    private readonly reference: number,
    private readonly exact: boolean,
  ) {}

  find({ length, kind, count }: EventBatch): Place | null {
    for (let row = 0; row < length; row++) {
      const references = count[row]!;
      if (this.exact && kind[row]! > LAST_REFERENCE) continue;
      if (this.before + references > this.reference)
        return { row, references: this.exact ? this.reference - this.before : 0 };
      this.before += references;
    }
    return null;
  }

  atEnd(): boolean {
    return this.before === this.reference;
  }

  had(): string {
    return `${this.before.toLocaleString('en-US')} references`;
  }
}

class EventPosition implements Position {
  private met = 0;

  constructor(
    private readonly wanted: number,
    private readonly name: string,
    private readonly nth: number,
  ) {}

  find({ length, kind }: EventBatch): Place | null {
    for (let row = 0; row < length; row++)
      if (kind[row] === this.wanted && ++this.met === this.nth) return { row, references: 0 };
    return null;
  }

  atEnd(): boolean {
    return false;
  }

  had(): string {
    return `${this.met.toLocaleString('en-US')} events ${this.name}`;
  }
}

/** Before the marker. */
class MarkerPosition implements Position {
  constructor(
    private readonly marker: number,
    private readonly name: string,
  ) {}

  find(batch: EventBatch): Place | null {
    for (let row = 0; row < batch.length; row++)
      if (batch.kind[row] === KIND.marker && operand(batch, row, 0) === this.marker) return { row, references: 0 };
    return null;
  }

  atEnd(): boolean {
    return false;
  }

  had(): string {
    return `no marker ${this.name}`;
  }
}

function wholeNumber(digits: string | undefined, text: string, option: string, least = 0): number {
  const value = /^\d+$/.test(digits ?? '') ? Number(digits) : NaN;
  if (value >= least && value <= Number.MAX_SAFE_INTEGER) return value;
  throw new UsageError(`${option}: found '${text}'; expected a whole number from ${least}; allowed: ${POSITION_FORMS}`);
}
