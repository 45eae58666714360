/** The events of `perf stat` that a profile is made of, and commands that count them. */
import { EVENT_SETS, EVENTS } from '../plan/measured/events.js';
import { columns } from './columns.js';

export function eventsText(): string {
  const rows = Object.entries(EVENTS).map(([event, { vendor, rate, part, note }]) => ({
    event,
    vendor: vendor ?? 'any',
    gives: rate ?? '–',
    of: part === 'all' ? '' : part,
    note,
  }));
  const commands = Object.entries(EVENT_SETS).map(([who, events]) => `${who}:\n  perf stat -a -e ${events} sleep 60\n`);
  return `${columns(rows)}\n${commands.join('')}`;
}
