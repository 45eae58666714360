/** What can be listed, and the three forms of a member: a line of a table, a sheet of its own, an object for scripts. */

export const LIST_KINDS = [
  'strategies',
  'machines',
  'vmms',
  'costs',
  'formats',
  'generators',
  'counters',
  'exits',
  'sensitive-instructions',
  'traces',
  'experiments',
  'figures',
] as const;

export type ListKind = (typeof LIST_KINDS)[number];

export type Cell = string | number | boolean;

export interface Listed {
  readonly row: Readonly<Record<string, Cell>> & { readonly name: string };
  /** Labels and values; a value of several lines is a list. */
  readonly sheet: Readonly<Record<string, Cell | readonly string[]>>;
  readonly json: object;
}
