/** `vmmu trace info`: what a trace holds, as text, JSON and figures. */
import { Option } from '@commander-js/extra-typings';
import { Command } from './command.js';
import { infoText } from './trace-info-text.js';
import { tracePath } from './shipped.js';
import { watched } from './watched.js';

const EXAMPLES = `
Of several address spaces pages are told apart by space, but for those of the kernel's half. Nothing is flushed.

Examples:
  vmmu trace info redis
  vmmu trace info my.arrows.br --format json
  vmmu trace info redis --svg figures         also figures/working-set.svg, miss-ratio.svg, reuse-distance.svg`;

export function infoCommand() {
  return new Command('info')
    .description(
      'what a trace holds, in exact numbers: references, pages, events, processes, working set, reuse distances, LRU misses',
    )
    .argument('<trace>', 'a trace file, or the name of a shipped trace')
    .addOption(new Option('--format <name>', 'how to print it').choices(['text', 'json']).default('text'))
    .option('--svg <dir>', 'also write figures there: working set over time, LRU misses by TLB size, reuse distances')
    .option('--quiet', 'no progress on stderr')
    .addHelpText('after', EXAMPLES)
    .action(async (given, { format, svg, quiet = false }) => {
      const { openAnyTrace } = await import('../trace/open.js');
      const { traceStatistics } = await import('../trace/statistics.js');
      const { exactnessOf } = await import('../trace/reuse/exactness.js');
      const source = await openAnyTrace(tracePath(given));
      const statistics = await watched(source, 'nothing was printed', quiet, traceStatistics);
      const { name, characteristics, source: origin } = source.header;
      const exactness = exactnessOf(characteristics);
      if (svg !== undefined) {
        const { figureSvg } = await import('../figures/draw.js');
        const { traceFigures } = await import('../figures/trace-figures.js');
        const { writeFolder } = await import('../report/out-dir.js');
        const figures = traceFigures(name, characteristics, statistics);
        await writeFolder(
          svg,
          Object.fromEntries(figures.map((figure) => [`${figure.name}.svg`, figureSvg(figure)])),
          '--svg',
        );
      }
      const notes = source.notes?.record;
      const about = { name, source: origin, characteristics, ...(notes === undefined ? {} : { imported: notes }) };
      const document = { schema: 'vmmu/trace-info@1', ...about, exactness, ...statistics };
      process.stdout.write(
        format === 'json' ? `${JSON.stringify(document, null, 1)}\n` : infoText(source.header, statistics, notes),
      );
    });
}
