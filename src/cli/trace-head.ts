/** `vmmu trace head`: the first records of a trace, to read. */
import { Option } from '@commander-js/extra-typings';
import { rowObjects, type RowObject } from '../trace/row-object.js';
import { columns } from './columns.js';
import { Command } from './command.js';
import { wholeNumber } from './options.js';
import { tracePath } from './shipped.js';

const EXAMPLES = `
Records are counted from 0. Pages, addresses and table entries are hexadecimal; CSV is what 'vmmu trace convert FILE - --to-format csv' writes.

Examples:
  vmmu trace head redis
  vmmu trace head boot -n 100 --format json
  vmmu trace cut redis late.arrows --from record:1000000, then vmmu trace head late.arrows: what is in the midst`;

export function headCommand() {
  return new Command('head')
    .description('the first records of a trace, with their operands by name')
    .argument('<trace>', 'a trace file, or the name of a shipped trace')
    .option('-n, --records <number>', 'how many', wholeNumber(0, 2 ** 32), 10)
    .addOption(new Option('--format <name>', 'how to print them').choices(['text', 'csv', 'json']).default('text'))
    .addHelpText('after', EXAMPLES)
    .action(async (given, { records, format }) => {
      const { openAnyTrace } = await import('../trace/open.js');
      const { firstRows } = await import('../trace/source.js');
      const source = firstRows(await openAnyTrace(tracePath(given)), records);
      try {
        if (format === 'csv') {
          const { csv } = await import('../trace/export/csv.js');
          const { Drops } = await import('../trace/export/drops.js');
          for await (const chunk of csv.encode(source, new Drops())) process.stdout.write(chunk);
          return;
        }
        const rows: RowObject[] = [];
        for await (const batch of source.batches()) rows.push(...rowObjects(batch, source.pages, rows.length));
        const document = { schema: 'vmmu/trace-head@1', name: source.header.name, rows };
        process.stdout.write(format === 'json' ? `${JSON.stringify(document, null, 1)}\n` : text(rows));
      } finally {
        await source.close?.();
      }
    });
}

function text(rows: readonly RowObject[]): string {
  return columns(
    rows.map(({ record, kind, space, page, count, operands }) => ({
      record,
      space,
      kind,
      page: page ?? '',
      count,
      operands: Object.entries(operands)
        .map(([name, value]) => `${name}=${value}`)
        .join(' '),
    })),
  );
}
