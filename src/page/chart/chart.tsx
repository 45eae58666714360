/** A figure with its title, its legend, values under the pointer, and itself to take along as CSV and as SVG. */
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { description } from '../../figures/describe.js';
import { figureSvg } from '../../figures/draw.js';
import type { Figure } from '../../figures/figure.js';
import { figureRecords } from '../../figures/records.js';
import { csv } from '../../report/csv.js';
import { draw } from './draw.js';
import { plotOf } from './plot-of.js';
import { isNarrow } from './plots/shared.js';
import { save } from './save.js';
import { useWidth } from './width.js';

/** Redrawn when the figure or the width changes. */
export function Chart({ figure }: { readonly figure: Figure }) {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  useLayoutEffect(() => {
    if (width === 0) return;
    const drawn = draw(plotOf(figure, width), figure.title, `${id}-words`);
    const legend = drawn.legend(figure.plot.kind === 'dots' ? 'symbol' : 'color');
    box.current!.replaceChildren(...(legend === undefined || !isNeeded(figure) ? [] : [legend]), drawn);
  }, [figure, width]);
  return (
    <figure class="chart" data-figure={figure.name}>
      <figcaption>
        <strong>{figure.title}</strong>
        <span>{figure.caption}</span>
      </figcaption>
      <div ref={box} />
      {width > 0 && isNarrow(width) && <p class="faint">{axesOf(figure)}</p>}
      <p id={`${id}-words`} class="unseen">
        {description(figure)}
      </p>
      <p class="take">
        <button type="button" onClick={() => save(`${figure.name}.csv`, 'text/csv', csv(figureRecords(figure)))}>
          CSV<span class="unseen"> of {figure.title}</span>
        </button>
        <button type="button" onClick={() => save(`${figure.name}.svg`, 'image/svg+xml', figureSvg(figure))}>
          SVG<span class="unseen"> of {figure.title}</span>
        </button>
      </p>
    </figure>
  );
}

/** What stands along the axes, in words. */
function axesOf({ plot }: Figure): string {
  switch (plot.kind) {
    case 'xy':
      return `Across: ${plot.x.title}. Upwards: ${plot.y.title}.`;
    case 'bars':
      return `Across: ${plot.y.title}. Rows: ${plot.groupTitle}.`;
    case 'dots':
    case 'ranges':
      return `Across: ${plot.x.title}.`;
  }
}

/** A single series needs no legend: the title names it. */
function isNeeded({ plot }: Figure): boolean {
  return plot.kind === 'ranges' || plot.series.length > 1;
}
