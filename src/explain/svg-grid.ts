/** Draws the grid of one walk into a box. */
import { gridOf, type GridCell } from './grid.js';
import type { Walk } from './step.js';
import { INK, text } from '../figures/svg.js';
import { arrow, FILLS, rectangle, type Box } from './svg-parts.js';

const RED = '#b3261e';
/** Of a column's width and a row's height, what a cell takes; the rest is for arrows. */
const CELL_WIDTH = 0.76;
const CELL_HEIGHT = 0.66;

export interface Drawn {
  readonly parts: string[];
  /** Where the grid ends. */
  readonly bottom: number;
}

/** @param details whether there is room below a single row for what its entries hold */
export function drawGrid(walk: Walk, box: Box, details: boolean): Drawn {
  const { rows, columns, cells, data } = gridOf(walk);
  const twoDimensional = walk.tables.nestedLevels > 0;
  const edge = twoDimensional ? box.width * 0.085 : 0;
  const head = twoDimensional ? Math.min(46, box.height * 0.12) : 0;
  const pitchX = (box.width - edge) / columns.length;
  const pitchY = Math.min((box.height - head) / Math.max(1, rows.length), pitchX * (twoDimensional ? 0.85 : 0.62));
  const [width, height] = [pitchX * CELL_WIDTH, pitchY * CELL_HEIGHT];
  const unit = Math.min(height * 0.46, width * 0.24);
  const boxOf = (row: number, column: number): Box => ({
    x: box.x + edge + column * pitchX + (pitchX - width) / 2,
    y: box.y + head + row * pitchY + (pitchY - height) / 2,
    width,
    height,
  });
  const headSize = Math.min(26, width * 0.17);
  const parts: string[] = [];
  if (twoDimensional && cells.length > 0) {
    columns.forEach((name, column) => {
      const { x } = boxOf(0, column);
      parts.push(text(x + width / 2, box.y + head * 0.62, name, { size: headSize, anchor: 'middle', faint: true }));
    });
    rows.forEach((name, row) => {
      const { y } = boxOf(row, 0);
      const size = Math.min(28, edge * 0.34, height * 0.5);
      parts.push(text(box.x, y + height / 2 + size * 0.35, name, { size, bold: true }));
    });
  }
  const last = cells.at(-1);
  for (const cell of cells) {
    const failed = data === null && cell === last;
    parts.push(...cellParts(cell, boxOf(cell.row, cell.column), unit, failed));
  }
  const stops: { readonly row: number; readonly column: number }[] = [...cells];
  if (data !== null) {
    stops.push(data);
    const at = boxOf(data.row, data.column);
    parts.push(rectangle(at, '#ffffff', INK, 4));
    parts.push(centred(at, 'data', unit * 0.95));
  }
  for (let at = 1; at < stops.length; at++) {
    const [from, to] = [stops[at - 1]!, stops[at]!];
    parts.push(pathTo(boxOf(from.row, from.column), boxOf(to.row, to.column), (pitchY - height) / 2));
  }
  const bottom = box.y + head + Math.max(1, rows.length) * pitchY;
  if (!details) return { parts, bottom };
  const size = 24;
  for (const { column, details: lines } of cells)
    lines.forEach((line, at) => {
      const place = { size: Math.min(size, (pitchX * 0.95) / (line.length * 0.6)), anchor: 'middle' } as const;
      parts.push(text(boxOf(0, column).x + width / 2, bottom + size * (0.6 + 1.35 * at), line, place));
    });
  return { parts, bottom: bottom + size * (0.6 + 1.35 * Math.max(...cells.map(({ details: lines }) => lines.length))) };
}

function cellParts({ number, label, by, guest, sets }: GridCell, box: Box, unit: number, failed: boolean): string[] {
  const saved = number === null;
  const stroke = failed ? RED : saved ? '#8c959f' : INK;
  const note = failed ? 'fault' : sets;
  // Where a cell is too narrow for three texts beside each other, the number stands in the first line.
  const narrow = box.width < 2 * box.height;
  const left = box.x + box.width * 0.07;
  const right = box.x + box.width * 0.93;
  const middle = box.y + box.height / 2;
  const parts = [rectangle(box, FILLS[by], stroke, failed ? 7 : guest ? 4 : 1.8)];
  const name = { size: unit * 0.72, anchor: 'end', faint: saved } as const;
  if (saved) return [...parts, ...onWhite(box, `– ${label}`, unit)];
  const line = narrow ? middle - unit * 0.08 : middle + unit * 0.36;
  parts.push(text(left, line, String(number), { size: unit * (narrow ? 0.95 : 1.05), bold: true }));
  parts.push(text(right, middle - unit * 0.08, label, { ...name, bold: guest }));
  const words = note === '' ? by : note;
  const colour = failed ? { colour: RED, bold: true } : {};
  return [
    ...parts,
    text(right, middle + unit * 0.66, words, { size: unit * (narrow ? 0.66 : 0.53), anchor: 'end', ...colour }),
  ];
}

/** A label that a pattern behind it must not make hard to read. */
function onWhite(box: Box, words: string, unit: number): string[] {
  const size = unit * 0.72;
  const width = words.length * size * 0.66;
  const height = size * 1.35;
  const x = box.x + (box.width - width) / 2;
  const y = box.y + (box.height - height) / 2;
  return [
    `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}" rx="5" fill="#ffffff"/>`,
    centred(box, words, size, true),
  ];
}

function centred({ x, y, width, height }: Box, words: string, size: number, faint = false): string {
  return text(x + width / 2, y + height / 2 + size * 0.36, words, { size, anchor: 'middle', bold: !faint, faint });
}

/** Along a row; or, from the end of one row to the beginning of the next, through the gap between them. */
function pathTo(from: Box, to: Box, gap: number): string {
  const middle = from.y + from.height / 2;
  if (from.y === to.y) {
    return arrow([
      [from.x + from.width, middle],
      [to.x, middle],
    ]);
  }
  const between = from.y + from.height + gap;
  return arrow([
    [from.x + from.width / 2, from.y + from.height],
    [from.x + from.width / 2, between],
    [to.x + to.width / 2, between],
    [to.x + to.width / 2, to.y],
  ]);
}
