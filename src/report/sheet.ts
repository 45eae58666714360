/** A table before it has a form: what the terminal, Markdown and LaTeX print is the same text in the same columns. */

export interface Column {
  /** `\n` breaks a long header where the form has room for two lines. */
  readonly header: string;
  readonly align: 'left' | 'right';
}

/** Rows about one comparison. */
export interface RowGroup {
  readonly heading: string;
  readonly rows: readonly (readonly string[])[];
  readonly closing?: readonly string[];
}

export interface Sheet {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly groups: readonly RowGroup[];
}

/** All sheets of one machine. */
export interface Section {
  readonly title: string;
  readonly sheets: readonly Sheet[];
}

export interface Report {
  readonly sections: readonly Section[];
  readonly notes: readonly string[];
}

export function left(header: string): Column {
  return { header, align: 'left' };
}

export function right(header: string): Column {
  return { header, align: 'right' };
}
