/**
 * Valgrind's lackey: `valgrind --tool=lackey --basic-counts=no --trace-mem=yes --trace-syscalls=yes --trace-children=yes --log-file=t.%p.%n`.
 *
 * The files of a process tree have no common clock. A child runs to its end when its parent waits for it, or for any; one that nobody waits for
 * runs after its parent. One whose files do not tell of its end (they were not given, or a signal ended it) exits where they end. A process
 * that no other of them has forked runs behind those before it.
 */
import { TraceError } from '../../errors.js';
import type { EventBatch } from '../event.js';
import type { TraceSource } from '../source.js';
import { UserRows } from '../user-rows.js';
import { userTrace } from '../user-trace.js';
import type { ForeignFile, ImportOptions, TraceFormat } from './format.js';
import { LackeyLines } from '../lackey/lackey-lines.js';
import { LackeyProcess } from '../lackey/lackey-process.js';

const BANNER = /^==(\d+)== /m;
const PARENT = /^==\d+== Parent PID: (\d+)$/m;
const REFERENCE = /^(I {2}| [LSM] )[0-9a-f]{8,},\d+$/m;
const SYSTEM_CALL = /^SYSCALL\[(\d+),\d+\]\(/m;

export const lackey: TraceFormat = {
  description: 'text of Valgrind lackey (--trace-mem=yes --trace-syscalls=yes), one file or those of a process tree',
  suffix: '.lackey',
  recognise: (head) => {
    const text = new TextDecoder().decode(head);
    return (BANNER.test(text) && (text.includes('Lackey') || SYSTEM_CALL.test(text))) || REFERENCE.test(text);
  },
  read: (bytes, options) => processTree([{ path: options.path, bytes, pid: null, parent: null }], options),
  readTogether: (files, options) => processTree(files.map(ownerOf).toSorted(imagesInOrder), options),
};

interface File {
  readonly path: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** null: whichever it is of. */
  readonly pid: number | null;
  readonly parent: number | null;
}

function ownerOf({ path, head, bytes }: ForeignFile): File {
  const text = new TextDecoder().decode(head);
  const pid = (BANNER.exec(text) ?? SYSTEM_CALL.exec(text))?.[1];
  if (pid === undefined)
    throw new TraceError(`${path}: line 1: found no line of the process; expected one such as '==123== Lackey'`);
  const parent = PARENT.exec(text)?.[1];
  return { path, bytes, pid: Number(pid), parent: parent === undefined ? null : Number(parent) };
}

/** Valgrind numbers what a child does before its exec 2, and the image that it executes 1. */
function imagesInOrder(one: File, other: File): number {
  return other.path.localeCompare(one.path, 'en', { numeric: true });
}

function processTree(files: readonly File[], options: ImportOptions): TraceSource {
  const pids = new Set(files.map(({ pid }) => pid));
  const root = files.find(({ parent }) => parent === null || !pids.has(parent))?.pid ?? null;
  const rows = new UserRows(options.notes, root);
  const others = [...pids].filter((pid) => pid !== root).toSorted((one, other) => one! - other!);
  return userTrace(options, rows, async function* () {
    const ran = new Set<number | null>();
    const run = runner(files, rows, ran);
    for (const pid of [root, ...others]) if (!ran.has(pid)) yield* run(pid);
  });
}

/** Runs a process to its end, and the children that it waits for where it does; then those that it does not wait for. @param ran gets their pids */
function runner(files: readonly File[], rows: UserRows, ran: Set<number | null>) {
  return async function* run(pid: number | null, isChild = false): AsyncGenerator<EventBatch, void, undefined> {
    ran.add(pid);
    const children = new Set<number>();
    const own = files.filter((file) => file.pid === pid);
    const process = new LackeyProcess(pid, rows);
    for await (const happening of process.run(own.map(({ path, bytes }) => new LackeyLines(bytes, path, rows)))) {
      if (rows.full) yield rows.take();
      if (happening === null) continue;
      if ('forked' in happening) {
        children.add(happening.forked);
        if (!files.some((file) => file.pid === happening.forked)) rows.notes.drop('children whose file was not given');
        continue;
      }
      const [oldest] = children;
      const child = happening.waitsFor ?? oldest;
      if (child === undefined || !children.delete(child)) continue;
      yield* run(child, true);
      process.resume();
    }
    if (isChild) process.ensureExit();
    for (const child of children) yield* run(child, true);
  };
}
