/** Where the words of a drawing are, as the four corners of each. */
import { textWidth } from '../../src/figures/measure.js';

type Point = readonly [number, number];

export interface PlacedText {
  readonly words: string;
  readonly corners: readonly Point[];
}

const TEXT =
  /(?:<g transform="rotate\(([-\d.]+) ([-\d.]+) ([-\d.]+)\)">)?<text x="([-\d.]+)" y="([-\d.]+)" font-size="([\d.]+)" text-anchor="(\w+)"( font-weight="700")?[^>]*>([^<]*)</g;

export function textsOf(svg: string): PlacedText[] {
  return Array.from(svg.matchAll(TEXT), (match) => {
    const [angle, cx, cy, x, y, size] = match.slice(1, 7).map((text) => Number(text || 0)) as [number, ...number[]];
    const words = match[9]!
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&quot;/g, '"')
      .replace(/&amp;/g, '&');
    const width = textWidth(words, size!, match[8] !== undefined);
    const left = x! - { start: 0, middle: width / 2, end: width }[match[7] as 'start' | 'middle' | 'end'];
    // From the foot of a letter to the head of a capital.
    const [top, bottom] = [y! - 0.72 * size!, y! + 0.2 * size!];
    const square: Point[] = [
      [left, top],
      [left + width, top],
      [left + width, bottom],
      [left, bottom],
    ];
    return { words, corners: square.map((corner) => turned(corner, angle, [cx!, cy!])) };
  });
}

function turned([x, y]: Point, degrees: number, [cx, cy]: Point): Point {
  const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
  return [cx + (x - cx) * cos - (y - cy) * sin, cy + (x - cx) * sin + (y - cy) * cos];
}

/** Two rectangles lie apart where a side of one of them has them on different sides. */
export function overlap(a: PlacedText, b: PlacedText): boolean {
  return ![a, b].some(({ corners }) =>
    corners.some((corner, at) => {
      const next = corners[(at + 1) % 4]!;
      const [nx, ny] = [next[1] - corner[1], corner[0] - next[0]];
      const along = ({ corners: all }: PlacedText): number[] => all.map(([x, y]) => x * nx + y * ny);
      return Math.max(...along(a)) <= Math.min(...along(b)) || Math.max(...along(b)) <= Math.min(...along(a));
    }),
  );
}
