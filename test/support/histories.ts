/** Histories of a user program, drawn at random: references to a few pages, and system calls on them. */
import fc from 'fast-check';
import { MAP_FLAG, PROT } from '../../src/trace/event.js';
import type { TraceBuilder } from './trace-builder.js';

/** Three regions of 2 MiB; the pages that are touched lie at their beginnings, middles and borders. */
const BASE = 0x1_0000;
export const PAGES = [0, 1, 2, 3, 7, 8, 15, 16, 40, 300, 510, 511, 512, 513, 800, 1023, 1024, 1025, 1535].map(
  (at) => BASE + at,
);

const page = fc.constantFrom(...PAGES);
const length = fc.constantFrom(1, 2, 5, 16, 33, 34, 512, 1024);
const prot = fc.constantFrom(
  PROT.read | PROT.write,
  PROT.read | PROT.write | PROT.execute,
  PROT.read,
  PROT.read | PROT.execute,
  0,
);
const flags = fc.constantFrom(
  MAP_FLAG.anonymous,
  MAP_FLAG.anonymous,
  MAP_FLAG.anonymous | MAP_FLAG.shared,
  0,
  MAP_FLAG.shared,
);
/** `now` tells which space is running: nobody forks into himself. */
export type Step = (trace: TraceBuilder, now: { space: number }) => unknown;

const reference = (kind: 'fetch' | 'read' | 'write') =>
  page.map(
    (at): Step =>
      (trace) =>
        trace.ref(kind, at),
  );

/** An event with drawn operands. */
function event(kind: Parameters<TraceBuilder['event']>[0], ...operands: fc.Arbitrary<number>[]): fc.Arbitrary<Step> {
  return fc.tuple(...operands).map(
    (drawn): Step =>
      (trace) =>
        trace.event(kind, ...drawn),
  );
}

const invlpg = page.map(
  (at): Step =>
    (trace) =>
      trace.event('invlpg', BigInt(at) << 12n),
);
const fork = fc.integer({ min: 1, max: 3 }).map(
  (ahead): Step =>
    (trace, now) =>
      trace.event('fork', (now.space + ahead) % 4),
);
const contextSwitch = fc.integer({ min: 0, max: 3 }).map(
  (to): Step =>
    (trace, now) =>
      trace.event('contextSwitch', (now.space = to)),
);
const mremap = fc
  .tuple(page, length, page, length)
  .filter(([from, pages, to]) => to >= from + pages || to === from)
  .map(
    (operands): Step =>
      (trace) =>
        trace.event('mremap', ...operands),
  );

export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 30, arbitrary: reference('read') },
  { weight: 30, arbitrary: reference('write') },
  { weight: 8, arbitrary: reference('fetch') },
  { weight: 12, arbitrary: event('mmap', page, length, prot, flags) },
  { weight: 4, arbitrary: event('munmap', page, length) },
  { weight: 6, arbitrary: event('mprotect', page, length, prot) },
  { weight: 2, arbitrary: event('madvise', page, length, fc.constant(4)) },
  { weight: 2, arbitrary: mremap },
  { weight: 4, arbitrary: fork },
  { weight: 8, arbitrary: contextSwitch },
  { weight: 4, arbitrary: invlpg },
  { weight: 1, arbitrary: event('exec') },
  { weight: 1, arbitrary: event('exit', fc.constant(0), fc.constant(1)) },
);
