/**
 * A guest whose tables are written by hand, event by event: frame 1 is the root, 2 and 3 the tables below it, 4 the leaf table of virtual
 * pages 0 to 511.
 */
import { expect } from 'vitest';
import type { z } from 'zod';
import type { MachineInput } from '../../src/config/machine-schema.js';
import type { runSchema } from '../../src/config/schema.js';
import type { StrategyName } from '../../src/paging/index.js';
import { Cell } from '../../src/run/cell.js';
import type { ExitCause } from '../../src/vmm/exits.js';
import { configOf, TINY } from './machine.js';
import { FULL_SYSTEM, TraceBuilder } from './trace-builder.js';

export const ROOT = 1;
export const LEAF_TABLE = 4;
/** Present, writable, user; accessed and dirty as the kernel of a boot leaves them, unless a test says otherwise. */
export const PWU = 7n;
export const ACCESSED = 0x20n;
export const DIRTY = 0x40n;

export const entryAt = (frame: number, index: number): number => frame * 4096 + index * 8;
export const entry = (frame: number, flags: bigint): bigint => (BigInt(frame) << 12n) | flags;

interface HandGuestOptions {
  readonly hostPages?: '4k' | '2m';
  readonly memoryMib?: number;
  readonly machine?: MachineInput;
  readonly vmm?: NonNullable<z.input<typeof runSchema>['vmm']>;
}

/** A guest with its three upper tables in place, before it has loaded CR3. */
export function handGuest(
  strategy: StrategyName,
  { hostPages = '4k', memoryMib = 8192, machine = TINY, vmm = {} }: HandGuestOptions = {},
) {
  const trace = new TraceBuilder();
  trace.event('tableSnapshot', 4, entryAt(ROOT, 0), entry(2, PWU | ACCESSED));
  trace.event('tableSnapshot', 3, entryAt(2, 0), entry(3, PWU | ACCESSED));
  trace.event('tableSnapshot', 2, entryAt(3, 0), entry(LEAF_TABLE, PWU | ACCESSED));
  const cell = new Cell(
    {
      strategy,
      characteristics: FULL_SYSTEM,
      config: configOf({ machine, host: { pages: hostPages }, guest: { memoryMib }, vmm }),
    },
    trace.pages,
  );
  const run = (...expected: ExitCause[]): void => {
    const before = { ...cell.result().exits };
    cell.replay(trace.batch());
    const after = cell.result().exits;
    const made = Object.keys(after).flatMap((cause) =>
      Array<string>(after[cause as ExitCause] - before[cause as ExitCause]).fill(cause),
    );
    expect(made.sort()).toEqual([...expected].sort());
  };
  const map = (page: number, frame: number, flags = PWU | ACCESSED | DIRTY): void => {
    trace.event('tableWrite', 1, entryAt(LEAF_TABLE, page), entry(frame, flags));
  };
  return { trace, cell, run, map };
}
