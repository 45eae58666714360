/** What a view is, and what it is given. */
import type { ComponentChild } from 'preact';
import type { PageData } from '../gather/page-data.js';
import type { ResultRow } from '../report/result-row.js';
import type { Choose } from './hash.js';

export interface ViewProps {
  readonly data: PageData;
  /** At the prices that are set now. */
  readonly rows: readonly ResultRow[];
  /** What is chosen, by name, as it stands in the address. */
  readonly chosen: Readonly<Record<string, string>>;
  readonly choose: Choose;
  /** Where they can be set: for views that show cycles. */
  readonly prices: ComponentChild;
}

export interface View {
  /** In the address. */
  readonly id: string;
  readonly title: string;
  readonly show: (props: ViewProps) => ComponentChild;
  /** Left out: always. */
  readonly isThere?: (data: PageData) => boolean;
}
