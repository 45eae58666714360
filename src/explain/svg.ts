/** The walks of an explanation as a slide: self-contained, 16:9, fonts of the system. */
import { UsageError } from '../errors.js';
import { endTitle, bytesText } from './end-text.js';
import { walksOf, type Explanation, type Walk } from './step.js';
import { drawGrid } from './svg-grid.js';
import { INK, text } from '../figures/svg.js';
import { FILLS, rectangle, slide, type Box, type Filled } from './svg-parts.js';

const WIDTH = 1600;
const HEIGHT = 900;
const MARGIN = 48;
/** More would be too small to be read from the last row. */
const MOST_FLAT = 4;
const MOST_TWO_DIMENSIONAL = 2;

/** @param only the walk to draw, from 1; null draws all */
export function explanationSvg({ title, happenings }: Explanation, only: number | null): string {
  const all = walksOf(happenings);
  const walks = chosen(all, only);
  const flat = walks.every(({ tables }) => tables.nestedLevels === 0);
  const [first] = walks;
  const { type, user, linear } = first!.access;
  const heading = `${flat ? 'Page walk' : 'Two-dimensional page walk'}: ${counted(walks)}`;
  const access = `${user ? 'user' : 'supervisor'} ${type} of gVA ${linear}`;
  const top = 142;
  const bottom = HEIGHT - 76;
  const boxes = layout(walks.length, flat, { x: MARGIN, y: top, width: WIDTH - 2 * MARGIN, height: bottom - top });
  return slide(WIDTH, HEIGHT, `${heading}: ${title}`, [
    text(MARGIN, 68, heading, { size: 44, bold: true }),
    text(MARGIN, 112, `${title}; ${access}`, { size: fitting(`${title}; ${access}`, 27), faint: true }),
    ...walks.flatMap((walk, at) => panel(walk, boxes[at]!, walks.length > 1 ? `walk ${at + 1}: ` : '')),
    ...legend(walks),
  ]);
}

function chosen(all: readonly Walk[], only: number | null): readonly Walk[] {
  if (all.length === 0) throw new UsageError('--format svg: found no walk to draw; expected an access that makes one');
  if (only !== null) {
    const walk = all[only - 1];
    if (walk === undefined) throw new UsageError(`--walk: found ${only}; there are ${all.length}`);
    return [walk];
  }
  const most = all.every(({ tables }) => tables.nestedLevels === 0) ? MOST_FLAT : MOST_TWO_DIMENSIONAL;
  if (all.length <= most) return all;
  throw new UsageError(`--format svg: found ${all.length} walks; a slide holds ${most}: choose one with --walk`);
}

function counted(walks: readonly Walk[]): string {
  const numbers = walks.map(({ references }) => references);
  return `${numbers.join(', then ')} ${numbers.at(-1) === 1 ? 'reference' : 'references'}`;
}

/** Two-dimensional walks side by side, flat ones one below the other. */
function layout(count: number, flat: boolean, { x, y, width, height }: Box): Box[] {
  const gap = 56;
  const each = flat ? height / count : (width - gap * (count - 1)) / count;
  return Array.from({ length: count }, (_, at) =>
    flat ? { x, y: y + at * each, width, height: each } : { x: x + at * (each + gap), y, width: each, height },
  );
}

/** Height of a flat walk's panel from which on it says what the entries hold, and what that takes. */
const ROOM_FOR_DETAILS = 330;
const DETAILS = 140;

/** A grid with what the walk ended in below it. */
function panel(walk: Walk, box: Box, number: string): string[] {
  const flat = walk.tables.nestedLevels === 0;
  const lines = resultText(walk);
  const size = box.width < WIDTH / 2 ? 22 : 26;
  const below = (lines.length + 0.3) * size * 1.3;
  const details = flat && box.height > ROOM_FOR_DETAILS;
  const room = details ? DETAILS : 0;
  const grid = { ...box, height: box.height - below - room };
  const first = drawGrid(walk, grid, details);
  // A walk of few rows stands in the middle of its room.
  const free = box.y + box.height - first.bottom - below;
  const lower = free > 60 ? free * 0.4 : 0;
  const { parts, bottom } = lower > 0 ? drawGrid(walk, { ...grid, y: grid.y + lower }, details) : first;
  return [
    ...parts,
    ...lines.map((line, at) => {
      const words = `${at === 0 ? number : ''}${line}`;
      const style = { size: fitting(words, size, box.width, at === 0), bold: at === 0 };
      return text(box.x, bottom + size * 1.3 * (at + 1), words, style);
    }),
  ];
}

function resultText(walk: Walk): string[] {
  const { end, access, savedByWalkCache, savedByNestedTlb } = walk;
  const saved = [
    ...(savedByWalkCache > 0 ? [`${savedByWalkCache} by the walk cache`] : []),
    ...(savedByNestedTlb > 0 ? [`${savedByNestedTlb} by the nested TLB`] : []),
  ];
  const savedText = saved.length === 0 ? '' : `; saved: ${saved.join(', ')}`;
  if (end.kind === 'loaded') return [];
  if (end.kind !== 'translated') return [`${endTitle(end)}, to ${end.receiver}`, `${counted([walk])} made${savedText}`];
  const through = end.guestPhysical === null ? '' : ` → gPA ${end.guestPhysical}`;
  const entry = `${bytesText(end.pageBytes)} TLB entry${end.splintered ? ' (splintered)' : ''}`;
  return [
    `gVA ${access.linear}${through} → sPA ${end.systemPhysical}`,
    `${counted([walk])} made; ${entry}`,
    ...(saved.length === 0 ? [] : [`saved: ${saved.join(', ')}`]),
  ];
}

const NAMES: Readonly<Record<Filled, string>> = {
  L1: 'served by L1',
  L2: 'served by L2',
  L3: 'served by L3',
  memory: 'served by memory',
  'walk cache': 'saved by the walk cache',
  'nested TLB': 'saved by the nested TLB',
};

/** Of what the walks show, and no more. */
function legend(walks: readonly Walk[]): string[] {
  const used = new Set(
    walks.flatMap(({ steps }) =>
      steps.flatMap((step) => (step.kind === 'reference' ? [step.servedBy] : step.kind === 'saved' ? [step.by] : [])),
    ),
  );
  const parts: string[] = [];
  let x = MARGIN;
  const y = HEIGHT - 52;
  for (const name of (Object.keys(FILLS) as Filled[]).filter((one) => used.has(one))) {
    parts.push(rectangle({ x, y, width: 40, height: 26 }, FILLS[name], INK, 1.5));
    parts.push(text(x + 50, y + 21, NAMES[name], { size: 22 }));
    x += 50 + NAMES[name].length * 12.6 + 24;
  }
  return parts;
}

/** The size, or a smaller one at which a line fits. */
function fitting(line: string, size: number, width = WIDTH - 2 * MARGIN, bold = false): number {
  return Math.min(size, width / (line.length * (bold ? 0.67 : 0.6)));
}
