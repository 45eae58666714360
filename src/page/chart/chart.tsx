/** A figure with its title, its legend, values under the pointer, and itself to take along as CSV and as SVG. */
import * as Plot from '@observablehq/plot';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { description } from '../../figures/describe.js';
import { figureSvg } from '../../figures/draw.js';
import type { Figure } from '../../figures/figure.js';
import { figureRecords } from '../../figures/records.js';
import { csv } from '../../report/csv.js';
import { plotOf } from './plot-of.js';
import { save } from './save.js';

/** Redrawn when the figure or the width changes. */
export function Chart({ figure }: { readonly figure: Figure }) {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  useLayoutEffect(() => {
    if (width === 0) return;
    const drawn = Plot.plot({ ...plotOf(figure, width), ariaLabel: figure.title });
    drawn.setAttribute('role', 'img');
    drawn.setAttribute('aria-describedby', `${id}-words`);
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

/** A single series needs no legend: the title names it. */
function isNeeded({ plot }: Figure): boolean {
  return plot.kind === 'ranges' || plot.series.length > 1;
}

/** Of what is inside, in pixels; 0 before it is known. */
function useWidth(box: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = box.current!;
    const measure = (): void => setWidth(Math.floor(element.clientWidth));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return width;
}
