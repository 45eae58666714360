/** Words beside points, each at the first place that is free. */
import { SMALL, stroke, type Place } from '../frame.js';
import { textWidth } from '../measure.js';
import { text } from '../svg.js';

export type Spot = readonly [x: number, y: number];

interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const GREY = '#8c959f';
/** Further away a line leads from the point to its name. */
const NEAR = 10;
const DISTANCES = [5, 10, 16, 24, 34, 46];
const DIRECTIONS = Array.from({ length: 16 }, (_, at) => (at * Math.PI) / 8);

export interface Beside {
  readonly name: string;
  readonly middle: Spot;
  /** Where a line from the point ends, if the name is far from it. */
  readonly leader: Spot | null;
}

/** @param kept spots that names keep away from */
export function placedNames(
  names: readonly string[],
  spots: readonly Spot[],
  kept: readonly Spot[],
  place: Place,
): Beside[] {
  const taken: Area[] = kept.map(([x, y]) => ({ left: x - 3, right: x + 3, top: y - 3, bottom: y + 3 }));
  const placed: Area[] = [];
  return names.map((name, at) => {
    const spot = spots[at]!;
    const free = ({ area, distance }: Candidate): boolean =>
      inside(area, place) &&
      !taken.some((other) => meet(area, other)) &&
      !(distance > NEAR && placed.some((other) => crosses(spot, edge(area, spot), other)));
    const { area, distance } = candidates(name, spot).find(free) ?? candidates(name, spot)[0]!;
    taken.push(area);
    placed.push(area);
    if (distance > NEAR)
      for (const [x, y] of along(spot, edge(area, spot)))
        taken.push({ left: x - 1, right: x + 1, top: y - 1, bottom: y + 1 });
    const middle = [(area.left + area.right) / 2, (area.top + area.bottom) / 2] as const;
    return { name, middle, leader: distance > NEAR ? edge(area, spot) : null };
  });
}

export function namesBeside(placed: readonly Beside[], spots: readonly Spot[]): string[] {
  return placed.flatMap(({ name, middle: [x, y], leader }, at) => [
    ...(leader === null ? [] : [stroke(...spots[at]!, ...leader, GREY, 0.4)]),
    text(x, y + SMALL / 2 - 1.5, name, { size: SMALL, anchor: 'middle' }),
  ]);
}

/** Where a line from a spot comes to an area. */
function edge({ left, right, top, bottom }: Area, [x, y]: Spot): Spot {
  return [Math.min(Math.max(x, left), right), Math.min(Math.max(y, top), bottom)];
}

/** Spots of a line, near each other. */
export function along([x1, y1]: Spot, [x2, y2]: Spot): Spot[] {
  const steps = Math.ceil(Math.hypot(x2 - x1, y2 - y1) / 3);
  return Array.from({ length: steps }, (_, at) => [x1 + ((x2 - x1) * at) / steps, y1 + ((y2 - y1) * at) / steps]);
}

/** Whether a line between spots goes through an area. */
function crosses(from: Spot, to: Spot, { left, right, top, bottom }: Area): boolean {
  return along(from, to).some(([x, y]) => x > left && x < right && y > top && y < bottom);
}

interface Candidate {
  readonly area: Area;
  readonly distance: number;
}

function candidates(name: string, [x, y]: Spot): Candidate[] {
  const half = textWidth(name, SMALL) / 2;
  return DISTANCES.flatMap((distance) =>
    DIRECTIONS.map((angle) => {
      const [cx, cy] = [
        x + Math.cos(angle) * (distance + half * Math.abs(Math.cos(angle))),
        y - Math.sin(angle) * distance,
      ];
      return { distance, area: { left: cx - half, right: cx + half, top: cy - SMALL / 2, bottom: cy + SMALL / 2 } };
    }),
  );
}

const inside = (area: Area, { left, right, top, bottom }: Place): boolean =>
  area.left > left + 1 && area.right < right - 1 && area.top > top + 1 && area.bottom < bottom - 1;

const meet = (a: Area, b: Area): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
