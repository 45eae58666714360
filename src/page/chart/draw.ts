/** A plot into its place, as one picture for those who hear it. */
import * as Plot from '@observablehq/plot';

/** @param words id of the element that says what is drawn */
export function draw(
  options: Plot.PlotOptions,
  title: string,
  words: string,
): (SVGSVGElement | HTMLElement) & Plot.Plot {
  const drawn = Plot.plot(options);
  // Names of single marks are not allowed without a role, and the picture has words of its own.
  for (const part of drawn.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
  drawn.setAttribute('role', 'img');
  drawn.setAttribute('aria-label', title);
  drawn.setAttribute('aria-describedby', words);
  return drawn;
}
