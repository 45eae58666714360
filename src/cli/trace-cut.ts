/** `vmmu trace cut`: a stretch of a trace as a trace of its own. */
import { UsageError } from '../errors.js';
import { positionOf, POSITION_FORMS } from '../trace/cut/position.js';
import type { CutAt } from '../trace/cut/cut.js';
import type { TraceSource } from '../trace/source.js';
import { Command } from './command.js';
import { nonEmpty } from './options.js';
import { tracePath } from './shipped.js';

const MORE = `
Positions:
  record:N        before record N, counted from 0 through the whole trace
  ref:N           before reference N, counted from 0; a run is cut in two where counts are exact
  event:KIND:N    before the Nth event of a kind, counted from 1; event:KIND is the first
The cut trace begins with rows that say what was before: mappings and heaps of all processes that live, their pages that are present
(initialMapping, initialHeap, initialPages), threads and the process that runs; of a full-system trace the entries of its page tables
(tableSnapshot) and CR3. Not kept: which pages of different processes are the same memory, pages under a protection that forbids all
access, and what TLBs and caches held.

Examples:
  vmmu trace cut redis -o steady.arrows.br --from ref:60000000 --to ref:70000000
  vmmu trace cut boot -o late.arrows.br --from event:cr3Write:1000
  vmmu trace cut mine.arrows -o start.arrows --to record:100000`;

export function cutCommand(write: (file: string, trace: TraceSource) => Promise<void>) {
  return new Command('cut')
    .description('cut a stretch out of a trace, with the state of the address spaces at the cut')
    .argument('<trace>', 'a trace file, or the name of a shipped trace')
    .argument('[file]', 'where to: *.arrows, *.arrows.br or *.arrows.gz')
    .option('-o, --out <file>', 'the same, as an option')
    .option('--from <position>', `first row of the cut (default: the beginning): ${POSITION_FORMS}`)
    .option('--to <position>', 'the row behind the last one (default: the end)')
    .option('--name <name>', 'name of the cut trace (default: of the whole)', nonEmpty)
    .addHelpText('after', MORE)
    .action(async (given, positional, { out, from, to, name }, command) => {
      const file = positional ?? out ?? command.error("missing required argument 'file'");
      if (positional !== undefined && out !== undefined)
        throw new UsageError(`found two files, ${positional} and --out ${out}; expected one`);
      if (from === undefined && to === undefined)
        throw new UsageError(`found neither --from nor --to; expected a position: ${POSITION_FORMS}`);
      const { openAnyTrace } = await import('../trace/open.js');
      const { cutTrace } = await import('../trace/cut/cut.js');
      const source = await openAnyTrace(tracePath(given), name === undefined ? {} : { name });
      try {
        const { characteristics } = source.header;
        const at = (text: string | undefined, option: string): CutAt | undefined =>
          text === undefined ? undefined : { text, position: positionOf(text, characteristics, option) };
        const [start, end] = [at(from, '--from'), at(to, '--to')];
        await write(
          file,
          cutTrace(source, {
            ...(start === undefined ? {} : { from: start }),
            ...(end === undefined ? {} : { to: end }),
          }),
        );
      } finally {
        await source.close?.();
      }
    });
}
