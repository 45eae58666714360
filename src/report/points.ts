/** Axes of a sweep as columns, in every form of a report. Rows outside of a sweep have none. */
import type { Point, ResultRow } from './result-row.js';
import { left, type Column, type Sheet } from './sheet.js';

/** Paths of the axes that any of the rows stands on. */
export function axesOf(rows: readonly Pick<ResultRow, 'point'>[]): string[] {
  return [...new Set(rows.flatMap(({ point }) => Object.keys(point)))];
}

/** A sheet with a column for each axis behind the first one. @param points of each line, by group */
export function withPoints(sheet: Sheet, axes: readonly string[], points: readonly (readonly Point[])[]): Sheet {
  if (axes.length === 0) return sheet;
  const columns = ([first, ...rest]: readonly Column[]): Column[] => [
    first!,
    ...axes.map((axis) => left(axis)),
    ...rest,
  ];
  const cells = ([first, ...rest]: readonly string[], point: Point): string[] => [
    first!,
    ...axes.map((axis) => point[axis] ?? ''),
    ...rest,
  ];
  return {
    ...sheet,
    columns: columns(sheet.columns),
    groups: sheet.groups.map((group, at) => ({
      ...group,
      rows: group.rows.map((row, line) => cells(row, points[at]![line] ?? points[at]![0]!)),
    })),
  };
}

/** For JSON, in which a row outside of a sweep says nothing of points. */
export function withoutEmptyPoint(key: string, value: unknown): unknown {
  return key === 'point' && Object.keys(value as Point).length === 0 ? undefined : value;
}
