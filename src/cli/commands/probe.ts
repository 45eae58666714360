/** `vmmu probe`: what this very machine does. */
import { extname } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import { UsageError } from '../../errors.js';
import { Command } from '../command.js';
import { interruptible } from '../interrupt.js';
import { wholeNumber } from '../options.js';
import { progress } from '../progress.js';

const MORE = `
Measured are chains of dependent loads in typed arrays: one line in each of n pages, and as many lines side by side. Where the first takes more, a level of the
data TLB is full. Other load on the machine only adds to times, so the least of many rounds is taken; with more load, give more --seconds.

-o probe.yaml writes a machine for --machine probe.yaml, probe.json (the curves, for vmmu verify hardware) and probe.svg (a figure) beside it.

Examples:
  vmmu probe
  vmmu probe -o probe.yaml
  vmmu probe --seconds 15 --memory 300 --no-native
  vmmu run redis --machine probe.yaml
  vmmu verify hardware probe.json`;

export function probeCommand() {
  return new Command('probe')
    .description('measure this machine: data TLB, walks, caches, prices of faults and VM exits')
    .option('-o, --out <file.yaml>', 'write a machine file, and curves (.json) and a figure (.svg) beside it')
    .option('--seconds <number>', 'time to measure', wholeNumber(1, 86_400), 60)
    .option(
      '--memory <MiB>',
      'memory to take at most (default: 1200, or half of what is available)',
      wholeNumber(1, 1_048_576),
    )
    .option('--no-native', 'without the C program: no prices of exits, faults and fork')
    .option('--figure <file.svg>', 'write a figure of the curves')
    .addOption(new Option('--format <name>', 'how to print it').choices(['table', 'json']).default('table'))
    .option('--quiet', 'no progress on stderr')
    .addHelpText('after', MORE)
    .action(async ({ out, seconds, memory, native, figure, format, quiet = false }) => {
      const paths = pathsOf(out, figure);
      const { checkOutFile } = await import('../out-file.js');
      for (const [path, option] of paths.all) await checkOutFile(path, option);
      const { memoryLimit, probe } = await import('../../probe/probe.js');
      const { conclusions } = await import('../../probe/conclusions.js');
      const shown = progress(100, '%', quiet);
      let whole = 0;
      const memoryMib = memoryLimit(memory ?? null);
      const measured = await interruptible('nothing was written', (signal) => {
        if (!quiet) process.stderr.write(`measuring for ${seconds} s, in ${memoryMib} MiB at most\n`);
        return probe({
          seconds,
          memoryMib,
          native,
          signal,
          onStep(what, part) {
            const before = Math.floor(whole);
            whole = Math.min(100, whole + 100 * part);
            shown.step(what, '', Math.floor(whole) - before);
          },
        });
      }).finally(() => shown.end());
      const found = conclusions(measured);
      const files: Record<string, string> = {};
      const json = `${JSON.stringify(measured, null, 1)}\n`;
      if (paths.machine !== null)
        files[paths.machine] = (await import('../../probe/machine-file.js')).machineYaml(measured);
      if (paths.curves !== null) files[paths.curves] = json;
      if (paths.figures.length > 0) {
        const { curvesFigure } = await import('../../probe/figure.js');
        const { figureSvg } = await import('../../figures/draw.js');
        for (const path of paths.figures) files[path] = figureSvg(curvesFigure(measured, found));
      }
      await writeAll(files);
      process.stdout.write(format === 'json' ? json : (await import('../probe-text.js')).probeText(measured, found));
    });
}

/** All or none. */
async function writeAll(files: Readonly<Record<string, string>>): Promise<void> {
  const { intoPlace, withTemporaries } = await import('../../report/whole-files.js');
  try {
    await withTemporaries(files, intoPlace);
  } catch (error) {
    throw new UsageError(`-o: ${(error as Error).message}`);
  }
}

function pathsOf(out: string | undefined, figure: string | undefined) {
  if (out !== undefined && !/^\.ya?ml$/.test(extname(out)))
    throw new UsageError(
      `-o ${out}: a machine file is named *.yaml; curves (.json) and a figure (.svg) stand beside it`,
    );
  if (figure !== undefined && extname(figure) !== '.svg') throw new UsageError(`--figure ${figure}: expected *.svg`);
  const base = out?.slice(0, -extname(out).length);
  const beside = base === undefined ? [] : [`${base}.svg`];
  const figures = [...new Set([...beside, ...(figure === undefined ? [] : [figure])])];
  const machine = out ?? null;
  const curves = base === undefined ? null : `${base}.json`;
  const all: (readonly [path: string, option: string])[] = [
    ...[machine, curves].filter((path) => path !== null).map((path) => [path, '-o'] as const),
    ...figures.map((path) => [path, path === figure ? '--figure' : '-o'] as const),
  ];
  return { machine, curves, figures, all };
}
