/** Marks that stay apart in grey, by their shape. */

import { round } from './svg.js';

export type Shape =
  'circle' | 'square' | 'diamond' | 'triangle' | 'cross' | 'plus' | 'ring' | 'box' | 'open diamond' | 'open triangle';

type Point = readonly [number, number];

/** A mark of some size around a point. */
export function mark(x: number, y: number, size: number, { colour, shape }: { colour: string; shape: Shape }): string {
  const r = size / 2;
  const solid = `fill="${colour}"`;
  const open = `fill="#ffffff" stroke="${colour}" stroke-width="${n(size / 5)}"`;
  const line = `fill="none" stroke="${colour}" stroke-width="${n(size / 4.5)}"`;
  switch (shape) {
    case 'circle':
      return `<circle cx="${n(x)}" cy="${n(y)}" r="${n(r)}" ${solid}/>`;
    case 'ring':
      return `<circle cx="${n(x)}" cy="${n(y)}" r="${n(r * 0.9)}" ${open}/>`;
    case 'square':
      return `<rect x="${n(x - 0.9 * r)}" y="${n(y - 0.9 * r)}" width="${n(1.8 * r)}" height="${n(1.8 * r)}" ${solid}/>`;
    case 'box':
      return `<rect x="${n(x - 0.8 * r)}" y="${n(y - 0.8 * r)}" width="${n(1.6 * r)}" height="${n(1.6 * r)}" ${open}/>`;
    case 'diamond':
      return polygon(rhombus(x, y, 1.2 * r), solid);
    case 'open diamond':
      return polygon(rhombus(x, y, 1.1 * r), open);
    case 'triangle':
      return polygon(delta(x, y, r), solid);
    case 'open triangle':
      return polygon(delta(x, y, 0.9 * r), open);
    case 'cross':
      return `<path d="M${n(x - r)} ${n(y - r)} L${n(x + r)} ${n(y + r)} M${n(x - r)} ${n(y + r)} L${n(x + r)} ${n(y - r)}" ${line}/>`;
    case 'plus':
      return `<path d="M${n(x - 1.2 * r)} ${n(y)} L${n(x + 1.2 * r)} ${n(y)} M${n(x)} ${n(y - 1.2 * r)} L${n(x)} ${n(y + 1.2 * r)}" ${line}/>`;
  }
}

function rhombus(x: number, y: number, r: number): Point[] {
  return [
    [x, y - r],
    [x + r, y],
    [x, y + r],
    [x - r, y],
  ];
}

function delta(x: number, y: number, r: number): Point[] {
  return [
    [x, y - 1.2 * r],
    [x + 1.1 * r, y + 0.9 * r],
    [x - 1.1 * r, y + 0.9 * r],
  ];
}

function polygon(points: readonly Point[], paint: string): string {
  return `<polygon points="${points.map(([x, y]) => `${n(x)},${n(y)}`).join(' ')}" ${paint}/>`;
}

function n(value: number): number {
  return round(value, 2);
}
