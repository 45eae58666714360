/** `vmmu bench`: the simulator's own speed. */
import { fileURLToPath } from 'node:url';
import { Option } from '@commander-js/extra-typings';
import type { BenchResult, BenchRow, ImportRow } from '../../bench/bench.js';
import type { SpeedComparison } from '../../bench/comparisons.js';
import type { Spread } from '../../bench/spread.js';
import { Command } from '../command.js';
import { columns } from '../columns.js';
import { interruptible } from '../interrupt.js';
import { wholeNumber } from '../options.js';
import { progress } from '../progress.js';
import { shippedPath, tracePath } from '../shipped.js';

const YARDSTICK = fileURLToPath(new URL('../../../../shared/yardstick', import.meta.url));

export function benchCommand() {
  return new Command('bench')
    .description("measure the simulator's own speed: references and run records a second")
    .option('--quick', 'a minute or two: shows that it works, not how fast')
    .option('--processes <number>', 'fresh processes for each case (default: 3, quick: 1)', wholeNumber(1, 100))
    .option('--yardstick [dir]', 'compare with the C programs yardstick.c and walk2d.c of a folder; needs cc')
    .option('--boot <trace>', 'a full-system trace, in place of the shipped boot', 'boot')
    .addOption(new Option('--format <name>', 'how to print it').choices(['table', 'json']).default('table'))
    .option('--quiet', 'no progress on stderr')
    .addHelpText(
      'after',
      '\nExamples:\n  vmmu bench --quick\n  vmmu bench --yardstick ../shared/yardstick\n  vmmu bench --boot boot-f64.bin.zst',
    )
    .action(async ({ quick = false, processes, yardstick, boot, format, quiet = false }) => {
      const { bench, benchSteps } = await import('../../bench/bench.js');
      const { compileYardstick } = await import('../../bench/yardstick.js');
      const turns = processes ?? (quick ? 1 : 3);
      const programs =
        yardstick === undefined ? null : await compileYardstick(yardstick === true ? YARDSTICK : yardstick);
      const shown = progress(benchSteps({ processes: turns }), 'measurements', quiet);
      try {
        const result = await interruptible('nothing was measured to the end', (signal) =>
          bench({
            quick,
            processes: turns,
            recorded: { redis: shippedPath('redis'), boot: tracePath(boot) },
            yardstick: programs,
            signal,
            onStep: shown.step,
          }),
        );
        process.stdout.write(
          format === 'json'
            ? `${JSON.stringify({ schema: 'vmmu/bench@1', boot, ...result }, null, 1)}\n`
            : text(result, boot),
        );
      } finally {
        shown.end();
        await programs?.dispose();
      }
    });
}

function text({ rows, imports, comparisons }: BenchResult, boot: string): string {
  const which =
    boot === 'boot'
      ? 'the shipped one, filtered by 512 pages; the target is for one filtered by 64, which has four times as many references for the same events'
      : boot;
  return `${columns(rows.map(line))}\n${columns(imports.map(importLine))}\n${columns(comparisons.map(comparisonLine))}\nboot: ${which}\n`;
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

function line({ stream, strategy, organisation, refsPerSecond, runsPerSecond, ratio }: BenchRow) {
  return {
    stream,
    strategy,
    organisation,
    'million refs/s': millions(refsPerSecond),
    'million runs/s': millions(runsPerSecond),
    'ratio to C': ratio === null ? '–' : `${spreadText(ratio.value, 2)} × ${ratio.to}`,
  };
}

function millions({ median, least, most }: Spread): string {
  return spreadText({ median: median / 1e6, least: least / 1e6, most: most / 1e6 }, 1);
}

function spreadText({ median, least, most }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
}
