/** Processes that touch their memory page by page in turn; then one of them streams over its own. */
import type { RunConfig } from '../../config/schema.js';
import { price, walkingCycles } from '../../cost/cost-model.js';
import { ModelError } from '../../errors.js';
import { MAP_FLAG } from '../../trace/event.js';
import { CODE, MEMORY, READ_WRITE, startProgram, switchTo } from '../../trace/generators/program.js';
import { configOf } from '../checks/replay.js';
import { ScriptedGuest } from '../checks/scripted-guest.js';
import { LeafLines } from './leaf-lines.js';

/** Pages of a line of leaf entries. */
export const GROUP = 8;
export const MACHINE = 'intel-cascadelake';

/** Part of the machine's caches that tables have. */
export const cacheShare = (): number => configOf({ machine: MACHINE }).machine.pteCacheShare;

export interface Layout {
  readonly processes: number;
  readonly reserved: boolean;
  readonly scattered: boolean;
}

export interface Streamed extends Layout {
  /** Lines of host leaf entries that the stream touches, for each 8 pages of it. */
  readonly linesPerGroup: number;
  /** Lines that 8 aligned pages have: mean and most. */
  readonly meanOfGroup: number;
  readonly mostOfGroup: number;
  /** Of a walk with walk caches, and what served its last host entry: L1, L2, L3, memory. */
  readonly walkCycles: number;
  readonly served: readonly number[];
}

function configuration({ reserved, scattered }: Layout, walkCaches: 'none' | undefined): RunConfig {
  const set = [
    ...[`guest.reservedPages=${reserved ? GROUP : 1}`, `guest.frames=${scattered ? 'scattered' : 'sequential'}`],
    'guest.memoryMib=8192',
  ];
  return configOf({ machine: MACHINE, ...(walkCaches && { walkCaches }), set });
}

/** One read of each page, after another such pass. */
function pass(layout: Layout, pages: number, walkCaches: 'none' | undefined): { lines: LeafLines; cycles: number } {
  const config = configuration(layout, walkCaches);
  const guest = new ScriptedGuest('nested', 'user', config);
  const { script } = guest;
  for (let process = 0; process < layout.processes; process++) {
    if (process > 0) switchTo(script, process);
    startProgram(script);
    script.event('mmap', MEMORY, pages, READ_WRITE, MAP_FLAG.anonymous);
  }
  for (let page = MEMORY; page < MEMORY + pages; page++)
    for (let process = 0; process < layout.processes; process++) {
      if (layout.processes > 1) switchTo(script, process);
      script.reference('write', page);
    }
  switchTo(script, 0);
  script.reference('fetch', CODE);
  script.touch('read', MEMORY, pages);
  guest.run();
  const lines = new LeafLines();
  guest.cell.platform.walker.observer = lines;
  script.touch('read', MEMORY, pages);
  const { before, after } = guest.run();
  if (lines.lines.length !== pages) throw new ModelError(`${lines.lines.length} walks for ${pages} pages`);
  const cycles = (result: typeof before): number => walkingCycles(price(result, config.machine, config.costs));
  return { lines, cycles: cycles(after) - cycles(before) };
}

/** @param pages of each process, more than the TLB has entries */
export function streamed(layout: Layout, pages: number): Streamed {
  const { lines } = pass(layout, pages, 'none').lines;
  const ofGroups = Array.from({ length: pages / GROUP }, (_, group) => {
    const first = group * GROUP;
    return new Set(lines.slice(first, first + GROUP)).size;
  });
  const cached = pass(layout, pages, undefined);
  return {
    ...layout,
    linesPerGroup: (GROUP * new Set(lines).size) / pages,
    meanOfGroup: ofGroups.reduce((sum, count) => sum + count, 0) / ofGroups.length,
    mostOfGroup: Math.max(...ofGroups),
    walkCycles: cached.cycles / pages,
    served: cached.lines.served,
  };
}
