/** `vmmu run`: replays traces under each strategy; prints the summary, the page-walk and the VMM-invocation table. */
import { Option } from '@commander-js/extra-typings';
import { DEFAULT_MACHINE } from '../../config/default-machine.js';
import { lookUp, oneOf, refuseTwins } from '../../config/names.js';
import { WALK_CACHES } from '../../config/walk-caches.js';
import type { ReportFormat } from '../../report/formats.js';
import type { ResultRow } from '../../report/result-row.js';
import type { RunRequest } from '../../run/run.js';
import { version } from '../version.js';
import { DEFAULT_STRATEGIES } from '../../paging/names.js';
import { Command } from '../command.js';
import { interruptible } from '../interrupt.js';
import { collect, list, readText, sampleOfSets, wholeNumber } from '../options.js';
import { progress } from '../progress.js';
import { LARGE_TRACES, PACKED_TRACES, REPOSITORY_TRACES, shippedNames, shippedPath } from '../../trace/shipped.js';
import { tracePath } from '../shipped.js';

const EXAMPLES = `
Examples:
  vmmu run                                        the large shipped traces under native, shadow and nested paging
  vmmu run redis --machine amd-barcelona          one of them on the first processor with nested paging
  vmmu run my.arrows --strategy shadow,nested --format json > result.json
  vmmu run churn --strategy kvm-shadow,kvm-npt,vmm-2006 --allow-inexact
  vmmu run redis --strategy shadow,nested,agile,best   the cheapest of three, and the bounds: native, uncached 2-D walks
  vmmu run redis --host-pages 2m --guest-pages thp --out results/thp
  vmmu run boot --allow-inexact --set machine.tlb.l1d.shared.entries=64
  vmmu run redis --machine yardstick --sample sets=1/4         a sample of the TLB sets: docs/sampling.md

'vmmu list strategies', 'vmmu list machines', 'vmmu list counters' … show what can be named.`;

export function runCommand() {
  return new Command('run')
    .description('replay traces under each paging strategy')
    .argument(
      '[traces...]',
      `trace files, or names of shipped traces (default: the large ones, ${PACKED_TRACES.join(', ')}; in the repository also ${REPOSITORY_TRACES.join(', ')})`,
    )
    .option(
      '--strategy <names>',
      `strategies or VMMs, separated by commas (default: ${DEFAULT_STRATEGIES.join(',')})`,
      list,
    )
    .option('--machine <names>', `machines: names or YAML files (default: ${DEFAULT_MACHINE})`, list)
    .option('--costs <name>', "prices of VM exits: a name or a YAML file (default: the machine's generation)")
    .addOption(new Option('--guest-pages <size>', 'pages the guest uses').choices(['4k', '2m', '4m', 'thp', '1g']))
    .addOption(new Option('--host-pages <size>', 'pages that back the guest').choices(['4k', '2m', '4m', '1g']))
    .addOption(new Option('--walk-caches <which>', "walk caches instead of the machine's own").choices(WALK_CACHES))
    .option('--config <file>', 'YAML file with any of machine, costs, guest, host, vmm, seed')
    .option('--set <path=value>', 'one value of the configuration; repeatable', collect)
    .option('--seed <number>', 'seed of scattered frames, random replacement and samples', wholeNumber(0, 2 ** 32 - 1))
    .option('--sample <sets=1/n>', 'replay a part of the TLB sets; what is estimated has 85% intervals', sampleOfSets)
    .option(
      '--allow-inexact',
      'replay traces whose capture does not fit the TLBs, and mark their rows (default: only where no trace is named)',
    )
    .option('--audit', "after every event, check what hardware may use against the guest's own tables (slow)")
    .option('--format <name>', 'table, csv, json, ndjson, markdown, latex or arrow', 'table')
    .option('--out <dir>', 'also write summary.csv, page-walks.csv, vmm-invocations.csv and manifest.json there')
    .option('--workers <number>', 'worker threads (default: one for each processor)', wholeNumber(1, 1024))
    .option('--timing', 'print the speed of the replay on stderr')
    .option('--quiet', 'no progress on stderr')
    .addHelpText('after', EXAMPLES)
    .action(async (traces, options) => {
      const { resolveConfig } = await import('../../config/resolve.js');
      const { FORMATS } = await import('../../report/formats.js');
      const { withBest } = await import('../../report/best.js');
      const { run } = await import('../../run/run.js');
      const format = lookUp<ReportFormat>(FORMATS, options.format, 'format');
      const { CONTENDER_NAMES } = await import('../../run/contender.js');
      const asked = (options.strategy ?? DEFAULT_STRATEGIES).map((name) =>
        oneOf([...CONTENDER_NAMES, 'best'], name, 'strategy'),
      );
      refuseTwins(asked, 'strategy');
      const strategies = asked.includes('best') ? withBounds(asked) : asked;
      const given = { ...options, machine: undefined };
      const configs = (options.machine ?? [undefined]).map((machine) =>
        resolveConfig(machine === undefined ? given : { ...given, machine }, readText),
      );
      refuseTwins(
        configs.map((config) => config.machine.name),
        'machine',
      );
      // The shipped boot trace is a filtered one: asked for by nobody in particular, it is replayed and marked.
      const paths = traces.length > 0 ? traces.map(tracePath) : largeTraces();
      const request = {
        traces: paths,
        configs,
        strategies,
        allowInexact: options.allowInexact ?? traces.length === 0,
        audit: options.audit ?? false,
        oneIn: options.sample,
      };
      const cells = paths.length * configs.length * strategies.length;
      if (options.out !== undefined) await checkOut(options.out);
      const shown = progress(cells, 'replays', options.quiet ?? false);
      const began = performance.now();
      const replayed = await interruptible('no result was written; run the command again', (signal) =>
        run(request, {
          workers: options.workers,
          signal,
          onCell: ({ strategy, config }) => shown.step(`${strategy} on ${config.machine.name}`),
        }).finally(shown.end),
      );
      const rows = asked.includes('best') ? withBest(replayed) : replayed;
      if (options.timing) reportSpeed(replayed, (performance.now() - began) / 1000);
      if (options.out !== undefined) await writeResults(options.out, rows, request);
      process.stdout.write(await format.render(rows));
    });
}

/** Those that are here: the package has fewer than the repository. */
function largeTraces(): string[] {
  const here = shippedNames();
  return LARGE_TRACES.filter((name) => here.includes(name)).map(shippedPath);
}

/** Beside the strategies to choose from, the bounds between which they lie. */
function withBounds(asked: readonly string[]): string[] {
  const given = asked.filter((name) => name !== 'best');
  const among = given.length > 0 ? given : DEFAULT_STRATEGIES;
  return [...new Set<string>(['native', ...among, 'nested-uncached'])];
}

async function checkOut(directory: string): Promise<void> {
  const { checkOutDir } = await import('../../report/out-dir.js');
  await checkOutDir(directory);
}

async function writeResults(directory: string, rows: readonly ResultRow[], request: RunRequest): Promise<void> {
  const { manifest, manifestInput, sampled } = await import('../../report/manifest.js');
  const { writeOutDir } = await import('../../report/out-dir.js');
  const inputs = await Promise.all(request.traces.map(manifestInput));
  await writeOutDir(
    directory,
    rows,
    manifest({
      version: version(),
      strategies: request.strategies,
      configurations: request.configs,
      inputs,
      ...sampled(request.oneIn),
    }),
  );
}

function reportSpeed(rows: readonly { counters: { refs: number } }[], seconds: number): void {
  const refs = rows.reduce((sum, row) => sum + row.counters.refs, 0);
  const speed = (refs / seconds / 1e6).toFixed(1);
  process.stderr.write(
    `${rows.length} replays, ${refs} references in ${seconds.toFixed(1)} s: ${speed} million a second\n`,
  );
}
