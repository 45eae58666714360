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
  return names.map((name, at) => {
    const spot = spots[at]!;
    const { area, distance } =
      candidates(name, spot).find((one) => inside(one.area, place) && !taken.some((other) => meet(one.area, other))) ??
      candidates(name, spot)[0]!;
    taken.push(area);
    const middle = [(area.left + area.right) / 2, (area.top + area.bottom) / 2] as const;
    return { name, middle, leader: distance > 10 ? edge(area, spot) : null };
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

function candidates(name: string, [x, y]: Spot): { area: Area; distance: number }[] {
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
