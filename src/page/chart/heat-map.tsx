/** A table of numbers as a heat map: the number stands in its cell, so that the colour only helps. */
import * as Plot from '@observablehq/plot';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { csv } from '../../report/csv.js';
import { draw } from './draw.js';
import { numberText } from './numbers.js';
import { save } from './save.js';
import { standalone } from './standalone.js';
import { useWidth } from './width.js';

export interface Heat {
  /** Of its files, without their suffixes. */
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** By row and column. */
  readonly values: readonly (readonly number[])[];
}

export function HeatMap({ heat }: { readonly heat: Heat }) {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const { name, title, unit, rows, columns } = heat;
  const cells = cellsOf(heat);
  useLayoutEffect(() => {
    if (width === 0) return;
    box.current!.replaceChildren(draw(optionsOf(heat, width), title, `${id}-words`));
  }, [heat, width]);
  const records = cells.map(({ row, column, value }) => [row, column, value]);
  return (
    <figure class="chart" data-figure={name}>
      <figcaption>
        <strong>{title}</strong>
        <span>In {unit}.</span>
      </figcaption>
      <div ref={box} />
      <p id={`${id}-words`} class="unseen">
        {`Rows ${rows.join(', ')}; columns ${columns.join(', ')}; the numbers stand in the table below.`}
      </p>
      <p class="take">
        <button
          type="button"
          onClick={() => save(`${name}.csv`, 'text/csv', csv({ columns: ['row', 'column', unit], records }))}
        >
          CSV<span class="unseen"> of {title}</span>
        </button>
        <button
          type="button"
          onClick={() =>
            save(`${name}.svg`, 'image/svg+xml', standalone(box.current!.querySelector('svg')!, `${title}, ${unit}`))
          }
        >
          SVG<span class="unseen"> of {title}</span>
        </button>
      </p>
    </figure>
  );
}

interface Cell {
  readonly row: string;
  readonly column: string;
  readonly value: number;
}

function cellsOf({ rows, columns, values }: Heat): Cell[] {
  return rows.flatMap((row, at) => columns.map((column, to) => ({ row, column, value: values[at]![to]! })));
}

const ROW = 30;

function optionsOf(heat: Heat, width: number): Plot.PlotOptions {
  const cells = cellsOf(heat);
  const most = Math.max(...cells.map(({ value }) => value), 1e-9);
  const narrow = width < 480;
  return {
    width,
    height: 40 + heat.rows.length * ROW,
    marginTop: narrow ? 44 : 30,
    marginLeft: 40,
    marginRight: 4,
    marginBottom: 4,
    x: { axis: null, domain: heat.columns, label: null, tickSize: 0, padding: 0.04 },
    y: { domain: heat.rows, label: null, tickSize: 0, padding: 0.06 },
    marks: [
      Plot.axisX({ anchor: 'top', label: null, tickSize: 0, lineWidth: narrow ? 3.5 : 12 }),
      Plot.cell(cells, { x: 'column', y: 'row', fill: 'var(--raised)' }),
      Plot.cell(cells, {
        x: 'column',
        y: 'row',
        fill: 'var(--heat)',
        fillOpacity: ({ value }: Cell) => Math.sqrt(value / most) * 0.8,
      }),
      Plot.text(cells, {
        x: 'column',
        y: 'row',
        text: ({ value }: Cell) => (value === 0 ? '–' : value < 0.0005 ? '<0.001' : String(Number(value.toFixed(3)))),
        fill: 'currentColor',
        fontSize: narrow ? 10 : 13,
      }),
      Plot.tip(
        cells,
        Plot.pointer({
          x: 'column',
          y: 'row',
          title: ({ row, column, value }: Cell) => `${row}, ${column}\n${heat.unit}: ${numberText(value)}`,
        }),
      ),
    ],
  };
}
