/** What may be asked of a mapping made for an explanation; light, for the command line offers it. */
import type { Access } from './step.js';

export const GUESTS = ['none', '32bit', 'pae', '4level', '5level'] as const;
export const HOSTS = ['none', 'npt', 'ept', 'shadow'] as const;
export const HOST_MODES = ['32bit', 'pae', '4level', '5level'] as const;
export const PAGES = ['4k', '2m', '4m', '1g'] as const;

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
}
