/** What was found in one place of results. */
import type { Claim } from '../experiments/checks/claims.js';
import type { StoredExperiment } from '../print/stored.js';
import type { Manifest } from '../report/manifest.js';
import type { ResultRow } from '../report/result-row.js';
import type { TraceShape } from './page-data.js';

export interface Found {
  /** What it is, in words. */
  readonly kind: string;
  /** Paths of the files that were read. */
  readonly files: readonly string[];
  readonly manifest?: Manifest;
  readonly rows?: readonly ResultRow[];
  readonly traces?: readonly TraceShape[];
  readonly experiments?: readonly StoredExperiment[];
  readonly claims?: readonly Claim[];
}
