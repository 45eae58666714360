/** What may be asked of a mapping made for an explanation; light, for the command line offers it. */
import { UsageError } from '../errors.js';
import type { Access } from './step.js';

export const GUESTS = ['none', '32bit', 'pae', '4level', '5level'] as const;
export const HOSTS = ['none', 'npt', 'ept', 'shadow'] as const;
export const HOST_MODES = ['32bit', 'pae', '4level', '5level'] as const;
export const PAGES = ['4k', '2m', '4m', '1g'] as const;

/** How an entry can be broken. */
export const BREAKS = ['not-present', 'write-protected', 'reserved-bit'] as const;

/** An entry of the tables that is broken before the first access. */
export interface Break {
  /** Its number in the walk that is made without: of the hardware; under shadow tables the VMM's walk of the guest's tables. */
  readonly reference: number;
  readonly kind: (typeof BREAKS)[number];
}

/** As the command line has it: `24:not-present`. */
export function parseBreak(text: string): Break {
  const [, reference, name] = /^([1-9]\d{0,2}):(.*)$/.exec(text) ?? [];
  const kind = BREAKS.find((one) => one === name);
  if (reference === undefined || kind === undefined)
    throw new UsageError(`--fault: found '${text}'; expected REFERENCE:KIND, KIND one of ${BREAKS.join(', ')}`);
  return { reference: Number(reference), kind };
}

export interface MappingRequest {
  readonly guest: (typeof GUESTS)[number];
  readonly guestPage: (typeof PAGES)[number];
  readonly host: (typeof HOSTS)[number];
  readonly hostPage: (typeof PAGES)[number] | undefined;
  readonly hostMode: (typeof HOST_MODES)[number] | undefined;
  /** As the user wrote it. */
  readonly linear: string | undefined;
  readonly type: Access['type'];
  readonly user: boolean;
  /** Accessed and dirty bits are clear before the first walk. */
  readonly clean: boolean;
  readonly repeat: number;
  /** Each repetition goes one page further. */
  readonly nextPage: boolean;
  /** null: no entry is broken. */
  readonly fault: Break | null;
}
