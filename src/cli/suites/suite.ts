/** What a suite of `vmmu verify` offers. What is heavy is loaded by `run`, as every command loads all definitions. */
import type { LimitedOption, VerifyOptions } from './options.js';

export interface SuiteDefinition {
  /** Lines of the help: what stands behind `vmmu verify`, and what that does. */
  readonly examples: readonly (readonly [args: string, title?: string])[];
  /** Of the options that not every suite takes, those that this one does. */
  readonly takes: readonly LimitedOption[];
  /** What may stand behind its name: how many, and in words what; `help` where these are no files that replace those that come with vmmu. */
  readonly files: { readonly most: number; readonly title: string; readonly help?: string };
  /** Why `vmmu verify` without a suite leaves it out: 'it is about …'. */
  readonly leftOut?: string;
  /** For the help: what alone makes the exit status 1, or why nothing does. */
  readonly failsOnly?: string;
  readonly neverFails?: string;
  /** @returns null where something is shown and nothing judged */
  run(request: SuiteRequest): Promise<Tally | null>;
}

export interface SuiteRequest {
  /** All checks, as the suite was asked for by name; otherwise those that failed. */
  readonly whole: boolean;
  readonly files: readonly string[];
  readonly options: VerifyOptions;
}

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Of a suite that may miss: what must not fail, and does. The exit status is by these, if only this suite is run. */
  readonly broken?: readonly string[];
}
