/** `vmmu sweep merge`, `vmmu merge`: the tables of a sweep that several machines have run. */
import { lookUp } from '../../config/names.js';
import { EXIT } from '../../errors.js';
import type { ReportFormat } from '../../report/formats.js';
import { Command } from '../command.js';
import { nonEmpty } from '../options.js';

/** Missing cells that are named; the others are counted. */
const NAMED = 10;

export function mergeCommand(name: string) {
  return new Command(name)
    .description('put together what the shards of a sweep have counted')
    .argument('<dirs...>', "the shards' --out; one, if they share it")
    .option('--out <dir>', 'write summary.csv, page-walks.csv, vmm-invocations.csv and manifest.json there', nonEmpty)
    .option('--format <name>', 'table, csv, json, ndjson, markdown, latex or arrow', 'table')
    .addHelpText(
      'after',
      `
Examples:
  vmmu sweep merge results/shapes --out results/shapes
  vmmu merge part1 part2 --out results/shapes --format csv

Exit status: 0 fine, 1 cells are missing and nothing was written, 2 bad usage or input.`,
    )
    .action(async (directories, { out, format: named }) => {
      const { FORMATS } = await import('../../report/formats.js');
      const { cellName } = await import('../../sweep/cell-name.js');
      const { mergeSweeps } = await import('../../sweep/merge.js');
      const { sweepRows } = await import('../../sweep/rows.js');
      const { writeOutDir } = await import('../../report/out-dir.js');
      const format = lookUp<ReportFormat>(FORMATS, named, 'format');
      const say = (line: string): void => void process.stderr.write(`vmmu: ${line}\n`);
      const { plan, results, missing } = await mergeSweeps(directories, say);
      if (missing.length > 0) {
        for (const cell of missing.slice(0, NAMED)) say(`missing: ${cellName(cell)}`);
        say(`${missing.length} of ${results.size + missing.length} cells are missing; nothing was written`);
        process.exitCode = EXIT.checkFailed;
        return;
      }
      const rows = sweepRows(plan.cells, results);
      if (out !== undefined) await writeOutDir(out, rows, plan.manifest);
      process.stdout.write(await format.render(rows));
    });
}
