/** `vmmu report`: results as one interactive page, which needs neither a server nor a network. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UsageError } from '../../errors.js';
import { Command } from '../command.js';
import { nonEmpty } from '../options.js';
import { version } from '../version.js';

const EXAMPLES = `
What can be named: a folder that vmmu run, sweep, merge or reproduce wrote with --out; a document that run --format json, trace info --format json
or verify published --record wrote; or a folder that holds such.

Examples:
  vmmu report -o report.html                                    the results that come with vmmu
  vmmu run redis --out mine && vmmu report mine -o mine.html
  vmmu report mine results/claims.json -o report.html --title 'Our fleet' --open`;

export function reportCommand() {
  return new Command('report')
    .description('results as one interactive page: change prices, see who wins; works offline, from a file')
    .argument('[results...]', 'folders and files of results (default: the results that come with vmmu)')
    .option('-o, --out <file>', 'the page', 'report.html')
    .option('--title <text>', 'of the page', nonEmpty)
    .option('--open', 'open it in the browser')
    .addHelpText('after', EXAMPLES)
    .action(async (given, { out, title, open = false }) => {
      const { SHIPPED_RESULTS } = await import('../../print/stored.js');
      const { gather } = await import('../../gather/gather.js');
      const { pageText } = await import('../../gather/page-text.js');
      const { checkOutFile, writeOutFile } = await import('../out-file.js');
      if (!/\.html?$/i.test(out)) throw new UsageError(`-o ${out}: expected a name that ends in .html`);
      await checkOutFile(out, '-o');
      const paths = given.length > 0 ? given : [SHIPPED_RESULTS];
      const data = await gather(paths, title ?? 'vmmu report', version());
      await writeOutFile(out, await pageText(data), '-o');
      for (const note of data.notes) process.stderr.write(`vmmu: note: ${note}\n`);
      if (open) await openPage(out);
    });
}

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [command: string, ...args: string[]]>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** With what the system opens such files with; where there is nothing, the address is printed. */
async function openPage(path: string): Promise<void> {
  const { spawn } = await import('node:child_process');
  const address = pathToFileURL(resolve(path)).href;
  const [command, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  await new Promise<void>((done) => {
    const opener = spawn(command, [...args, address], { stdio: 'ignore', detached: true });
    opener.on('spawn', () => {
      opener.unref();
      done();
    });
    opener.on('error', () => {
      process.stderr.write(`vmmu: found no program that opens pages (${command}); the page is at ${address}\n`);
      done();
    });
  });
}
