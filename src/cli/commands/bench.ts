/** `vmmu bench`: the simulator's own speed. */
import { fileURLToPath } from 'node:url';
import { Option } from '@commander-js/extra-typings';
import type { BenchResult, BenchRow, ImportRow } from '../../bench/bench.js';
import type { RatioChange } from '../../bench/fallen.js';
import type { SpeedComparison } from '../../bench/comparisons.js';
import type { Spread } from '../../bench/spread.js';
import { EXIT, UsageError } from '../../errors.js';
import { Command } from '../command.js';
import { columns } from '../columns.js';
import { interruptible } from '../interrupt.js';
import { wholeNumber } from '../options.js';
import { progress } from '../progress.js';
import { shippedPath } from '../../trace/shipped.js';
import { tracePath } from '../shipped.js';

/** As the project has them. */
const YARDSTICK = fileURLToPath(new URL('../../../scripts/yardstick', import.meta.url));

export function benchCommand() {
  return new Command('bench')
    .description("measure the simulator's own speed: references and run records a second")
    .option('--quick', 'a minute or two: shows that it works, not how fast')
    .option('--processes <number>', 'fresh processes for each case (default: 3, quick: 1)', wholeNumber(1, 100))
    .option(
      '--yardstick [dir]',
      'only what is compared with the C programs yardstick.c and walk2d.c, the own ones or those of a folder; needs cc',
    )
    .option('--only <text>', 'only cases whose names contain it, such as "zipf" or "uniform nested" or "import"')
    .option(
      '--compare <file>',
      'say which ratios to the C programs fell by more than 10% since --format json wrote that file; status 1 if any did',
    )
    .option('--boot <trace>', 'a full-system trace, in place of the shipped boot', 'boot')
    .addOption(new Option('--format <name>', 'how to print it').choices(['table', 'json']).default('table'))
    .option('--quiet', 'no progress on stderr')
    .addHelpText(
      'after',
      '\nExamples:\n  vmmu bench --quick\n  vmmu bench --yardstick\n  vmmu bench --yardstick --only zipf --format json > before.json\n  vmmu bench --yardstick --only zipf --compare before.json\n  vmmu bench --boot boot-f64.bin.zst',
    )
    .action(async ({ quick = false, processes, yardstick, only = null, compare, boot, format, quiet = false }) => {
      const { bench, benchSteps } = await import('../../bench/bench.js');
      const { compileYardstick } = await import('../../bench/yardstick.js');
      const { changes, readEarlier } = await import('../../bench/fallen.js');
      if (compare !== undefined && yardstick === undefined)
        throw new UsageError('--compare: found no --yardstick; only ratios to the C programs are compared');
      const earlier = compare === undefined ? null : await readEarlier(compare);
      const programs =
        yardstick === undefined ? null : await compileYardstick(yardstick === true ? YARDSTICK : yardstick);
      const options = {
        quick,
        processes: processes ?? (quick ? 1 : 3),
        recorded: { redis: shippedPath('redis'), boot: tracePath(boot) },
        yardstick: programs,
        only,
      };
      const steps = benchSteps(options);
      if (steps === 0) throw new UsageError(`--only ${only}: found no case of that name; see 'vmmu bench --quick'`);
      const shown = progress(steps, 'measurements', quiet);
      try {
        const result = await interruptible('nothing was measured to the end', (signal) =>
          bench({ ...options, signal, onStep: shown.step }),
        );
        const changed = earlier === null ? [] : changes(earlier, result.rows);
        process.stdout.write(
          format === 'json'
            ? `${JSON.stringify({ schema: 'vmmu/bench@1', boot, ...result, changed }, null, 1)}\n`
            : text(result, boot) + (earlier === null ? '' : changedText(changed)),
        );
        if (changed.some(({ fell }) => fell)) process.exitCode = EXIT.checkFailed;
      } finally {
        shown.end();
        await programs?.dispose();
      }
    });
}

function changedText(changed: readonly RatioChange[]): string {
  if (changed.length === 0) return '\nnothing was measured beside the same C program before\n';
  const lines = changed.map(({ name, before, now, fell }) => ({
    case: name,
    before: before.toFixed(2),
    now: now.toFixed(2),
    change: `${((now / before - 1) * 100).toFixed(0)}%${fell ? ' FELL' : ''}`,
  }));
  return `\n${columns(lines)}`;
}

function text({ rows, imports, comparisons }: BenchResult, boot: string): string {
  const which =
    boot === 'boot'
      ? 'the shipped one, filtered by 512 pages; the target is for one filtered by 64, which has four times as many references for the same events'
      : boot;
  const tables = [rows.map(line), imports.map(importLine), comparisons.map(comparisonLine)];
  const shown = tables.filter((lines) => lines.length > 0).map((lines) => columns(lines));
  return shown.join('\n') + (rows.some(({ stream }) => stream === 'boot') ? `\nboot: ${which}\n` : '');
}

function comparisonLine({ stream, strategy, ratio, inTurn, target }: SpeedComparison) {
  return {
    stream,
    'time of a replay': `${strategy} / native`,
    fastest: ratio.toFixed(2),
    'in turn': spreadText(inTurn, 2),
    target: `at most ${target}`,
  };
}

function importLine({ imports, bytesPerSecond, recordsPerSecond, residentBytes }: ImportRow) {
  return {
    import: imports,
    'MB/s': bytesPerSecond === null ? '–' : millions(bytesPerSecond),
    'million records/s': millions(recordsPerSecond),
    'resident MB': millions(residentBytes),
  };
}

function line({ stream, strategy, organisation, refsPerSecond, runsPerSecond, bytesPerMillionRefs, ratio }: BenchRow) {
  return {
    stream,
    strategy,
    organisation,
    'million refs/s': millions(refsPerSecond),
    'million runs/s': millions(runsPerSecond),
    'heap KB/million refs': (bytesPerMillionRefs.median / 1000).toFixed(0),
    'ratio to C': ratio === null ? '–' : `${spreadText(ratio.value, 2)} × ${ratio.to}`,
    target: ratio === null ? '–' : `${ratio.target}${ratio.value.median < ratio.target ? ' missed' : ''}`,
  };
}

function millions({ median, least, most }: Spread): string {
  return spreadText({ median: median / 1e6, least: least / 1e6, most: most / 1e6 }, 1);
}

function spreadText({ median, least, most }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
}
