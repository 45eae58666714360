/** A figure for LaTeX: a picture of pgfplots with the data in it, to be input into a paper and changed there. */
import { latexText } from '../report/latex-text.js';
import type { Axis } from './axes.js';
import { drawingOf } from './draw.js';
import type { BarPlot, DotPlot, Figure, Line, Plot, RangePlot, Scale, XyPlot } from './figure.js';
import { frame, type Content, type Place } from './frame.js';
import { textWidth, widest, wrapped } from './measure.js';
import type { Beside } from './plots/names.js';
import { namesOf } from './plots/xy.js';
import { ENDS } from './plots/ranges.js';
import { styleOf, STYLES } from './style.js';
import { round } from './svg.js';
import type { Shape } from './marks.js';

const MARKS: Readonly<Record<Shape, string>> = {
  circle: '*',
  square: 'square*',
  diamond: 'diamond*',
  triangle: 'triangle*',
  cross: 'x',
  plus: '+',
  ring: 'o',
  box: 'square',
  'open diamond': 'diamond',
  'open triangle': 'triangle',
};
const HATCHES = [
  '',
  'north east lines',
  'north west lines',
  'horizontal lines',
  'crosshatch',
  'vertical lines',
  'grid',
  'dots',
];

export function pgfplots(figure: Figure, width = figure.width): string {
  const { title, caption, plot } = figure;
  const { content } = drawingOf(figure, false, width);
  const { place } = frame(content);
  const { left, right, top, bottom } = place;
  const { options, body } = PICTURES[plot.kind](plot as never, place);
  return [
    `% ${oneLine(title)}`,
    `% ${oneLine(caption)}`,
    '% needs \\usepackage{pgfplots} \\pgfplotsset{compat=1.18} \\usetikzlibrary{patterns}',
    ...STYLES.map(({ colour }, at) => `\\definecolor{vmmu${at}}{HTML}{${colour.slice(1).toUpperCase()}}`),
    '\\begin{tikzpicture}',
    '\\begin{axis}[',
    ...[
      `scale only axis, width=${round(right - left, 1)}bp, height=${round(bottom - top, 1)}bp, clip=false`,
      'font=\\footnotesize',
      `legend style={font=\\footnotesize, draw=none, fill=none, at={(0,1.03)}, anchor=south west, legend columns=${columnsOf(content)}, column sep=4pt, yshift=${content.line?.axis === 'x' ? 8 : 0}pt}`,
      'legend cell align=left',
      'scaled ticks=false',
      ...ticksOf('x', content.x, right - left),
      ...ticksOf('y', content.y, bottom - top),
      ...options,
    ].map((one) => `  ${one},`),
    ']',
    ...body,
    '\\end{axis}',
    '\\end{tikzpicture}',
    '',
  ].join('\n');
}

/** Columns of the legend that fit beside each other. */
function columnsOf({ legend, width }: Content): number {
  const widestLabel = widest(
    legend.map(({ label }) => label),
    8,
  );
  return Math.max(1, Math.floor((0.8 * width) / (widestLabel + 30)));
}

/** The same ticks as in the drawing, so that both say the same. */
function ticksOf(axis: 'x' | 'y', { title, ticks, named }: Axis, room: number): string[] {
  const values = ticks.map(({ value }) => number(value));
  const [least, most] = named ? [-0.5, ticks.length - 0.5] : [values[0]!, values.at(-1)!];
  return [
    `${axis}label={${latexText(title)}}`,
    `${axis}min=${least}, ${axis}max=${most}, ${axis}tick={${values.join(',')}}`,
    `${axis}ticklabels={${ticks.map(({ label }) => `{${latexText(label)}}`).join(',')}}`,
    ...(named && axis === 'x'
      ? [
          labelStyle(
            ticks.map(({ label }) => label),
            room / ticks.length,
          ),
        ]
      : []),
  ];
}

/** In lines where each word fits, else aslant. */
function labelStyle(labels: readonly string[], room: number): string {
  const fits = labels.every((label) => wrapped(label, room, 8).every((line) => textWidth(line, 8) <= room));
  return `x tick label style={${fits ? `align=center, text width=${round(room, 1)}bp` : 'rotate=40, anchor=east'}}`;
}

const PICTURES = { xy, bars, dots, ranges } satisfies Record<Plot['kind'], (plot: never, place: Place) => Picture>;

interface Picture {
  readonly options: readonly string[];
  readonly body: readonly string[];
}

function xy(plot: XyPlot, place: Place): Picture {
  const { x, y, series, line } = plot;
  const names = namesOf(plot, place);
  return {
    options: [...mode('x', x), ...mode('y', y), 'grid=major'],
    body: [
      ...series.flatMap(({ label, as, points }, at) => [
        `\\addplot[${strokeOf(at, as === 'line')}] coordinates {${points.map(pair).join(' ')}};`,
        legend(label),
        ...names[at]!.map((one, nth) => nameOf(one, points[nth]!, place)),
      ]),
      ...across(line),
    ],
  };
}

/** Where the drawing has it: pictures and drawings have boxes of one size. */
function nameOf({ name, middle, leader }: Beside, [x, y]: readonly [number, number], place: Place): string {
  const shift = [round(middle[0] - place.x(x), 1), round(place.y(y) - middle[1], 1)];
  const line = leader === null ? '' : ` edge[gray, very thin] (axis cs:${number(x)},${number(y)})`;
  return `\\node[inner sep=1pt, font=\\scriptsize, xshift=${shift[0]}bp, yshift=${shift[1]}bp] at (axis cs:${number(x)},${number(y)}) {${latexText(name)}}${line};`;
}

function bars({ y, series, stacked = false, line }: BarPlot): Picture {
  const width = round(0.8 / (stacked ? 1 : series.length), 3);
  return {
    options: [
      stacked ? 'ybar stacked' : 'ybar=0pt',
      `bar width=${width}`,
      'area legend',
      ...mode('y', y),
      'ymajorgrids',
      'error bars/y dir=both, error bars/y explicit',
    ],
    body: [
      ...series.flatMap(({ label, values, spread = [] }, at) => [
        `\\addplot[${fillOf(at)}] coordinates {${values.flatMap((value, group) => barOf(group, value, spread[group] ?? null)).join(' ')}};`,
        legend(label),
      ]),
      ...across(line),
    ],
  };
}

function barOf(group: number, value: number | null, spread: readonly [number, number] | null): string[] {
  if (value === null) return [];
  const error = spread === null ? '' : ` += (0,${number(spread[1] - value)}) -= (0,${number(value - spread[0])})`;
  return [`${pair([group, value])}${error}`];
}

function dots({ x, series, line }: DotPlot): Picture {
  return {
    options: [...mode('x', x), 'y dir=reverse', 'grid=major'],
    body: [
      ...series.flatMap(({ label, values }, at) => {
        const points = values.flatMap((value, row) => (value === null || value <= 0 ? [] : [pair([value, row])]));
        if (points.length === 0) return [];
        return [`\\addplot[${strokeOf(at, false)}] coordinates {${points.join(' ')}};`, legend(label)];
      }),
      ...upwards(line),
    ],
  };
}

function ranges({ rows, x, base, line }: RangePlot): Picture {
  return {
    options: [...mode('x', x), 'y dir=reverse', 'xmajorgrids'],
    body: [
      ...ENDS.flatMap((label, at) => [`\\addlegendimage{area legend, ${fillOf(at)}}`, legend(label)]),
      ...rows.flatMap(({ low, high }, row) =>
        [low, high].map(
          ({ result }, at) =>
            `\\draw[${fillOf(at)}] (axis cs:${number(base)},${row - 0.3 + at * 0.1}) rectangle (axis cs:${number(result)},${row + 0.3 - at * 0.1});`,
        ),
      ),
      ...upwards(line),
    ],
  };
}

const mode = (axis: 'x' | 'y', { scale }: Scale): string[] => (scale === 'linear' ? [] : [`${axis}mode=log`]);

function strokeOf(at: number, line: boolean): string {
  const { shape, dash } = styleOf(at);
  const lengths = dash.split(' ').map((length, nth) => `${nth % 2 === 0 ? 'on' : 'off'} ${length}pt`);
  const pattern = dash === '' ? '' : `, dash pattern=${lengths.join(' ')}`;
  return `${line ? `thick${pattern}` : 'only marks'}, color=vmmu${at % STYLES.length}, mark=${MARKS[shape]}, mark options={solid}`;
}

function fillOf(at: number): string {
  const hatch = HATCHES[at % HATCHES.length]!;
  const fill = `draw=black, fill=vmmu${at % STYLES.length}`;
  return hatch === '' ? fill : `${fill}, postaction={pattern=${hatch}}`;
}

const legend = (label: string): string => `\\addlegendentry{${latexText(label)}}`;

const across = (line: Line | undefined): string[] =>
  line === undefined
    ? []
    : [
        `\\draw[red!70!black, dashed] ({rel axis cs:0,0}|-{axis cs:0,${number(line.at)}}) -- ({rel axis cs:1,0}|-{axis cs:0,${number(line.at)}}) node[right, font=\\scriptsize] {${latexText(line.label)}};`,
      ];

const upwards = (line: Line | undefined): string[] =>
  line === undefined
    ? []
    : [
        `\\draw[red!70!black, dashed] ({axis cs:${number(line.at)},0}|-{rel axis cs:0,0}) -- ({axis cs:${number(line.at)},0}|-{rel axis cs:0,1}) node[above, font=\\scriptsize] {${latexText(line.label)}};`,
      ];

const pair = ([x, y]: readonly [number, number]): string => `(${number(x)},${number(y)})`;

const number = (value: number): string => String(Number(value.toPrecision(8)));

const oneLine = (words: string): string => words.replace(/\s+/g, ' ');
