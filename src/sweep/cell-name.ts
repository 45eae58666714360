/** What a cell is called in messages. */
import type { PlannedCell } from './plan-file.js';

export function cellName({ label, point }: Pick<PlannedCell, 'label' | 'point'>): string {
  const axes = Object.entries(point).map(([axis, value]) => `, ${axis}=${value}`);
  return `${label.trace} on ${label.config.machine.name} under ${label.strategy}${axes.join('')}`;
}
