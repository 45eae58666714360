/** A member of a list in its three forms: a line of a table, a sheet of its own, an object for scripts. */

export type Cell = string | number | boolean;

export interface Listed {
  readonly row: Readonly<Record<string, Cell>> & { readonly name: string };
  /** Labels and values; a value of several lines is a list. */
  readonly sheet: Readonly<Record<string, Cell | readonly string[]>>;
  readonly json: object;
}
