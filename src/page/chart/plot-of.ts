/** A figure as Observable Plot draws it: bars and dots lie, so that names of any length stand beside them on a screen of any width. */
import type { PlotOptions } from '@observablehq/plot';
import type { Figure } from '../../figures/figure.js';
import { barOptions } from './plots/bars.js';
import { dotOptions } from './plots/dots.js';
import { rangeOptions } from './plots/ranges.js';
import { xyOptions } from './plots/xy.js';

export function plotOf({ plot }: Figure, width: number): PlotOptions {
  switch (plot.kind) {
    case 'xy':
      return xyOptions(plot, width);
    case 'bars':
      return barOptions(plot, width);
    case 'dots':
      return dotOptions(plot, width);
    case 'ranges':
      return rangeOptions(plot, width);
  }
}
