/** `vmmu sweep run`: runs the cells that are missing; a whole run writes the tables too. */
import { InvalidArgumentError } from '@commander-js/extra-typings';
import { lookUp } from '../../config/names.js';
import { EXIT, UsageError } from '../../errors.js';
import type { ReportFormat } from '../../report/formats.js';
import { Command } from '../command.js';
import { interruptible } from '../interrupt.js';
import { collect, decimal, nonEmpty, sampleOfSets, wholeNumber } from '../options.js';
import { pace, progress, type Progress } from '../progress.js';
import { filesBeside } from '../sweep-files.js';
import { version } from '../version.js';

/** More are taken for a mistake, unless the user says that they are meant. */
export const MOST_CELLS = 10_000;
const MIB = 2 ** 20;
const LONGEST_S = 2_000_000;

const EXAMPLES = `
A sweep file:
  traces: [redis, my.arrows]              names of shipped traces, or files beside the sweep file
  machines: [intel-skylake]
  strategies: [native, shadow, nested]
  axes:                                   paths as in --set; all are crossed
    guest.pages: [4k, thp]
    machine.tlb.l1d.4k: { sets: [8, 16], ways: { from: 1, to: 8, times: 2 } }
  and if need be: name, costs, config, set, walkCaches, allowInexact

Examples:
  vmmu sweep run shapes.yaml --out results/shapes
  vmmu sweep run shapes.yaml --format csv > shapes.csv
  vmmu sweep run dearer.yaml --reuse results/shapes --out results/dearer     other prices: nothing is replayed
  vmmu sweep run shapes.yaml --shard 2/8 --out results/shapes                one of eight machines

Exit status: 0 fine, 1 a cell failed, 2 bad usage or input, 130 interrupted: what is finished stays.`;

export function sweepRunCommand() {
  return new Command('run')
    .description('run the cells of a sweep that are missing')
    .argument('<file>', 'sweep file (YAML)')
    .option('--out <dir>', 'keep finished cells there, and write the tables of vmmu run --out', nonEmpty)
    .option('--shard <i/n>', 'only the i-th of n parts that cost about the same', shard)
    .option('--workers <number>', 'worker threads (default: one for each processor)', wholeNumber(1, 1024))
    .option('--timeout <seconds>', 'give up a cell that takes longer', seconds)
    .option(
      '--memory <mib>',
      'memory that cells and traces may take together (default: three quarters of what there is)',
      wholeNumber(1, 2 ** 32),
    )
    .option('--reuse <dir>', 'take finished cells from the --out of another sweep; repeatable', collect)
    .option('--sample <sets=1/n>', 'replay a part of the TLB sets; what is estimated has 85% intervals', sampleOfSets)
    .option('--no-resume', 'run finished cells again')
    .option('--yes', `also more than ${MOST_CELLS} cells`)
    .option('--format <name>', 'table, csv, json, ndjson, markdown, latex or arrow', 'table')
    .option('--quiet', 'no progress on stderr')
    .addHelpText('after', EXAMPLES)
    .action(async (path, options) => {
      const { FORMATS } = await import('../../report/formats.js');
      const { readSweep } = await import('../../sweep/cells.js');
      const { planOf, readPlan } = await import('../../sweep/plan-file.js');
      const { runSweep } = await import('../../sweep/run-sweep.js');
      const { sweepRows } = await import('../../sweep/rows.js');
      const { memoryThatThereIs } = await import('../../sweep/memory.js');
      const { out, quiet = false } = options;
      const format = lookUp<ReportFormat>(FORMATS, options.format, 'format');
      if (options.shard !== undefined && out === undefined)
        throw new UsageError('--shard: found no --out; expected a folder that keeps what the shard has counted');
      const known = out === undefined ? [] : ((await readPlan(out))?.traces ?? []);
      let shown: Progress | null = null;
      const hint =
        out === undefined
          ? 'nothing was kept; with --out finished cells are'
          : `finished cells stay in ${out}; run the same command again to go on`;
      const { plan, results, failed } = await interruptible(hint, async (signal) => {
        const most = options.yes === true ? Infinity : MOST_CELLS;
        const sweep = await readSweep(path, filesBeside(path), {
          mostCells: most,
          known,
          signal,
          oneIn: options.sample,
        });
        const plan = planOf(sweep, version());
        let speed = pace(0);
        const counted = await runSweep(sweep, plan, {
          out,
          shard: options.shard,
          reuse: options.reuse ?? [],
          resume: options.resume,
          workers: options.workers,
          timeoutSeconds: options.timeout,
          memoryBytes: options.memory === undefined ? 0.75 * memoryThatThereIs() : options.memory * MIB,
          signal,
          say: (line) => {
            shown?.end();
            process.stderr.write(`vmmu: ${line}\n`);
          },
          onBegin: (tasks) => {
            shown = progress(tasks.length, 'cells', quiet);
            speed = pace(tasks.reduce((sum, { cost }) => sum + cost, 0));
          },
          onTask: ({ cost, cells }) => shown?.step(cells[0]!.label.trace, speed(cost)),
        }).finally(() => shown?.end());
        return { plan, ...counted };
      });
      const rows = sweepRows(plan.cells, results);
      if (failed > 0) {
        process.exitCode = EXIT.checkFailed;
        process.stderr.write(
          `vmmu: ${failed} cells failed, and have no rows; run the same command again to try them again\n`,
        );
      }
      if (options.shard !== undefined) return;
      if (out !== undefined) {
        const { writeOutDir } = await import('../../report/out-dir.js');
        await writeOutDir(out, rows, plan.manifest);
      }
      process.stdout.write(await format.render(rows));
    });
}

function shard(text: string) {
  const [, number, of] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? [];
  const found = { number: Number(number), of: Number(of) };
  if (!(found.number >= 1 && found.number <= found.of))
    throw new InvalidArgumentError('Allowed: i/n, as 2/8, with i from 1 to n.');
  return found;
}

function seconds(text: string): number {
  const value = decimal(text);
  if (value <= 0 || value > LONGEST_S) throw new InvalidArgumentError(`Allowed: a number above 0, up to ${LONGEST_S}.`);
  return value;
}
