/** The options of `vmmu verify`, and which of them not every suite takes. */

export interface VerifyOptions {
  readonly trace?: string | undefined;
  readonly measured?: string | undefined;
  readonly l0?: string | undefined;
  readonly l1?: string | undefined;
  readonly format: 'table' | 'json' | 'markdown';
  readonly record?: string | undefined;
  readonly claims?: string | undefined;
  readonly quiet?: boolean | undefined;
  readonly all?: boolean | undefined;
  readonly vendor: 'intel' | 'amd';
}

interface Limited {
  /** As a complaint begins. */
  readonly title: string;
  given(options: VerifyOptions): boolean;
}

/** In the order in which they are checked. */
export const LIMITED_OPTIONS = {
  guest: {
    title: '--trace and --measured go',
    given: ({ trace, measured }) => trace !== undefined || measured !== undefined,
  },
  stack: { title: '--l0 and --l1 go', given: ({ l0, l1 }) => l0 !== undefined || l1 !== undefined },
  format: { title: '--format goes', given: ({ format }) => format !== 'table' },
  markdown: { title: '--format markdown goes', given: ({ format }) => format === 'markdown' },
  record: {
    title: '--record and --claims go',
    given: ({ record, claims }) => record !== undefined || claims !== undefined,
  },
} as const satisfies Record<string, Limited>;

export type LimitedOption = keyof typeof LIMITED_OPTIONS;
