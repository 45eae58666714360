/** `vmmu verify`: the walker against vectors of processor emulators, and reference counts against arithmetic. */
import { Option } from '@commander-js/extra-typings';
import { EXIT, UsageError } from '../../errors.js';
import { MEASURED_GUESTS, MEASURED_NESTED } from '../../trace/shipped.js';
import type { Difference } from '../../verify/vectors.js';
import { Command } from '../command.js';
import { interruptible } from '../interrupt.js';
import { readText } from '../options.js';
import { REFERENCE_COUNTS, tracePath, VECTOR_SUITES, vectorsPath, XEN_GUESTS } from '../shipped.js';

/** Those that come with vmmu, and are what is verified where none is named. */
const SHIPPED_SUITES = ['vectors', 'formula', 'kvm', 'xen', 'nested', 'published', 'planning'] as const;
const SUITES = [...SHIPPED_SUITES, 'hardware'] as const;
type Suite = (typeof SUITES)[number];
/** Those that hold a guest's trace against what a hypervisor counted. */
type GuestSuite = 'kvm' | 'xen';
type FileSuite = 'vectors' | 'formula';
interface Guest {
  readonly trace: string;
  readonly measured: string;
}

const GUESTS: Record<GuestSuite, readonly Guest[]> = { kvm: MEASURED_GUESTS, xen: XEN_GUESTS };
const isGuestSuite = (name: string | undefined): name is GuestSuite =>
  name !== undefined && Object.hasOwn(GUESTS, name);

const SHIPPED: Record<FileSuite, readonly string[]> = {
  vectors: VECTOR_SUITES.map(vectorsPath),
  formula: [REFERENCE_COUNTS],
};

const EXAMPLES = `
Examples:
  vmmu verify                              everything that comes with vmmu
  vmmu verify vectors mine.jsonl.gz        vectors of your own, plain or compressed
  vmmu verify vectors mine.jsonl --all     every field that differs, not only the first
  vmmu verify formula                      references per walk of every pair of tables and page sizes
  vmmu verify kvm                          shadow and nested paging against what KVM counted of two guests
  vmmu verify kvm --trace guest.arrows.br --measured guest.kvm.json
  vmmu verify xen                          paravirtual, shadow and nested paging against what Xen counted of a guest
  vmmu verify nested                       a hypervisor in a virtual machine: each event against what KVM on KVM counted
  vmmu verify nested --l0 npt=0,vgif=1 --l1 npt=0 --format json
  vmmu verify published                    numbers and statements of papers and of the textbook
  vmmu verify published E1 B4              some of them
  vmmu verify published --record results/claims.json --claims CLAIMS.md
  vmmu verify planning                     the planner against measured pairs of runs: its error
  vmmu verify hardware probe.json          your machine: what vmmu probe measured against the model, by footprint

Exit status: 0 if all passed, 1 if any failed, 2 if a file is not what it should be. Of published, 1 only for identities (EXACT), orderings (SHAPE),
and bands that the last release kept: other bands that are missed are shown. Of hardware, 1 only where a TLB of the model is full elsewhere than the
machine's: latencies are shown. The error of planning is shown, and is no failure. Without a suite hardware is left out, as it is about a machine of yours.`;

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

export function verifyCommand() {
  return new Command('verify')
    .description(
      'check translations against processor emulators, reference counts against arithmetic, VM exits against KVM, Xen and KVM on KVM, published results, and a probe of this machine',
    )
    .argument('[suite]', SUITES.join(', '))
    .argument(
      '[files...]',
      'files to check instead of those that come with vmmu; with published: ids of checks; with hardware: a probe',
    )
    .option('--trace <file>', 'with kvm or xen: the trace of a guest; needs --measured')
    .option('--measured <file>', 'with kvm or xen: what the hypervisor counted of that guest, as in traces/measured')
    .option(
      '--l0 <features>',
      'with nested: what KVM on the machine uses (npt=1,vgif=0,…), instead of the measured sets',
    )
    .option('--l1 <features>', 'with nested: what KVM in its virtual machine uses; without it the guest runs on L0')
    .option('--record <file>', 'with published: write what came out, as JSON')
    .option('--claims <file>', 'with published: write the page that says what is reproduced and what is not')
    .addOption(
      new Option('--format <name>', 'of nested, published, planning and hardware; markdown of planning alone')
        .choices(['table', 'json', 'markdown'])
        .default('table'),
    )
    .option('--quiet', 'with published: no progress on stderr')
    .option('--all', 'every field that differs, with its whole value')
    .addOption(
      new Option('--vendor <name>', "whose processor: vectors marked amdDiffers are not AMD's")
        .choices(['intel', 'amd'])
        .default('intel'),
    )
    .addHelpText('after', EXAMPLES)
    .action(
      async (suite, files, { all = false, vendor, trace, measured, l0, l1, format, record, claims, quiet = false }) => {
        if (suite !== undefined && !(SUITES as readonly string[]).includes(suite))
          throw new UsageError(`unknown suite '${suite}'; allowed: ${SUITES.join(', ')}`);
        const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
        if ((trace === undefined) !== (measured === undefined))
          throw new UsageError('--trace and --measured go together: a guest, and what a hypervisor counted of it');
        if (!isGuestSuite(suite) && trace !== undefined)
          throw new UsageError('--trace and --measured go with the suite kvm or xen');
        if (isGuestSuite(suite) && files.length > 0)
          throw new UsageError(`found ${files[0]!}; ${suite} takes its files with --trace and --measured`);
        const isNested = suite === 'nested';
        if (!isNested && (l0 !== undefined || l1 !== undefined))
          throw new UsageError('--l0 and --l1 go with the suite nested');
        const isPublished = suite === 'published';
        const isPlanning = suite === 'planning';
        if (!isNested && !isPublished && !isPlanning && suite !== 'hardware' && format !== 'table')
          throw new UsageError('--format goes with the suites nested, published, planning and hardware');
        if (!isPlanning && format === 'markdown')
          throw new UsageError('--format markdown goes with the suite planning');
        if (isPlanning && files.length > 0) throw new UsageError(`found ${files[0]!}; planning takes no files`);
        if (isPlanning) {
          const { printBackTests } = await import('../verify-planning.js');
          return printBackTests(format);
        }
        if (!isPublished && (record !== undefined || claims !== undefined))
          throw new UsageError('--record and --claims go with the suite published');
        if (isNested && files.length > 0) throw new UsageError(`found ${files[0]!}; nested takes no files`);
        if (isNested && (l0 !== undefined || l1 !== undefined)) return printStack(l0, l1, format);
        const given = trace === undefined ? null : [{ trace: tracePath(trace), measured: measured! }];
        let isBroken = false;
        for (const name of suite === undefined ? SHIPPED_SUITES : [suite as Suite])
          if (isGuestSuite(name))
            for (const guest of given ?? GUESTS[name])
              await (name === 'kvm' ? verifyKvm : verifyXen)(guest, suite === name, tally);
          else if (name === 'nested') await verifyNested(isNested, format, tally);
          else if (name === 'hardware') {
            const { passed, failed } = (await import('../verify-hardware.js')).verifyHardware(files, format);
            tally.passed += passed;
            tally.failed += failed;
          } else if (name === 'published') {
            const { verifyPublished } = await import('../verify-published.js');
            const ids = isPublished ? files : [];
            const published = await verifyPublished({ ids, whole: isPublished, format, quiet, record, claims });
            tally.passed += published.passed;
            tally.failed += published.failed;
            isBroken = published.broken.length > 0;
            if (isBroken) process.stderr.write(`must not fail: ${published.broken.join('; ')}\n`);
          } else if (name === 'planning') {
            const { printSummaries } = await import('../verify-planning.js');
            printSummaries();
          } else
            for (const file of files.length > 0 ? files : SHIPPED[name])
              await (name === 'vectors'
                ? verifyVectors(file, all, vendor === 'amd', tally)
                : verifyFormula(file, tally));
        if (isPublished ? isBroken : tally.failed > 0) process.exitCode = EXIT.checkFailed;
        if (format === 'json') return;
        if (tally.skipped > 0) print(`${tally.skipped} skipped: not so on AMD processors`);
        print(`${tally.passed} passed, ${tally.failed} failed`);
      },
    );
}

async function verifyVectors(file: string, all: boolean, amd: boolean, tally: Tally): Promise<void> {
  const { readVectors } = await import('../../verify/vector-file.js');
  const { differencesOf } = await import('../../verify/vectors.js');
  for await (const vector of readVectors(file)) {
    if (amd && vector.amdDiffers !== undefined) {
      tally.skipped++;
      continue;
    }
    const differences = differencesOf(vector);
    if (differences.length === 0) tally.passed++;
    else tally.failed++;
    for (const difference of all ? differences : differences.slice(0, 1))
      print(`${vector.id}: ${text(difference, all)}`);
  }
}

async function verifyFormula(file: string, tally: Tally): Promise<void> {
  const { checkCounts, labelOf, parseCounts } = await import('../../verify/formula.js');
  for (const row of parseCounts(readText(file), file)) {
    const complaint = checkCounts(row);
    if (complaint === null) tally.passed++;
    else tally.failed++;
    if (complaint !== null) print(`${labelOf(row)}: ${complaint}`);
  }
}

/** @param whole all checks; otherwise those that failed */
async function verifyKvm(guest: Guest, whole: boolean, tally: Tally): Promise<void> {
  const { parseMeasured } = await import('../../verify/kvm/measured.js');
  const { replayGuest } = await import('../../verify/kvm/replay.js');
  const { compare } = await import('../../verify/kvm/compare.js');
  const { kvmText } = await import('../kvm-text.js');
  const file = parseMeasured(readText(guest.measured), guest.measured);
  const { shadow, nested } = await interruptible('the comparison is not finished', (signal) =>
    replayGuest(guest.trace, signal),
  );
  const checks = compare(file, shadow, nested);
  for (const { passed } of checks)
    if (passed) tally.passed++;
    else tally.failed++;
  if (whole) print(kvmText(file, shadow, nested, checks));
  else
    for (const { phase, counter, measured, modelled, passed } of checks)
      if (!passed)
        print(`${shadow.name}, ${phase}, ${counter}: measured ${measured.join(' / ')}, modelled ${modelled}`);
}

/** @param whole all checks; otherwise those that failed */
async function verifyXen(guest: Guest, whole: boolean, tally: Tally): Promise<void> {
  const { abortable, closing } = await import('../../trace/source.js');
  const { openAnyTrace } = await import('../../trace/open.js');
  const { parseMeasured } = await import('../../verify/xen/measured.js');
  const { replayXen } = await import('../../verify/xen/replay.js');
  const { compare } = await import('../../verify/xen/compare.js');
  const { xenText } = await import('../xen-text.js');
  const file = parseMeasured(readText(guest.measured), guest.measured);
  const replayed = await interruptible('the comparison is not finished', async (signal) => {
    const replay = async (domain: 'pv' | 'shadow' | 'hap') =>
      closing(await openAnyTrace(guest.trace), (source) => replayXen(abortable(source, signal), domain));
    return { pv: await replay('pv'), shadow: await replay('shadow'), hap: await replay('hap') };
  });
  const { name } = replayed.pv;
  const checks = compare(file, replayed);
  for (const { passed } of checks) if (passed !== null) tally[passed ? 'passed' : 'failed']++;
  if (whole) print(xenText(name, checks));
  else
    for (const { domain, counter, measured, modelled, passed } of checks)
      if (passed === false)
        print(`${name}, ${domain}, ${counter}: measured ${measured.join(' / ')}, modelled ${modelled ?? 'not'}`);
}

/** @param whole all checks; otherwise those that failed */
async function verifyNested(whole: boolean, format: string, tally: Tally): Promise<void> {
  const { parseMeasured } = await import('../../verify/nested/measured.js');
  const { compareMode, replayMode } = await import('../../verify/nested/compare.js');
  const { checksText } = await import('../nested-text.js');
  const checks = parseMeasured(readText(MEASURED_NESTED), MEASURED_NESTED).flatMap((mode) =>
    compareMode(mode, replayMode(mode)),
  );
  for (const { passed } of checks) tally[passed ? 'passed' : 'failed']++;
  if (format === 'json') print(JSON.stringify({ schema: 'vmmu/verify-nested@1', checks }, null, 2));
  else if (whole) print(checksText(checks));
  else
    for (const { mode, what, measured, modelled, passed } of checks)
      if (!passed) print(`${mode}, ${what}: measured ${measured}, modelled ${modelled}`);
}

/** The exits of a stack of the user's own: nothing to compare them with. */
async function printStack(l0: string | undefined, l1: string | undefined, format: string): Promise<void> {
  const { MEASURED, parseFeatures } = await import('../../verify/nested/features.js');
  const { replayEvents, stackOf } = await import('../../verify/nested/replay.js');
  const { stackText, stackJson } = await import('../nested-text.js');
  const lower = l0 === undefined ? MEASURED : parseFeatures(l0, '--l0');
  if (lower.avic && l1 === undefined) throw new UsageError('--l0: avic=1 is modelled with --l1 only');
  const stack = stackOf(lower, l1 === undefined ? null : parseFeatures(l1, '--l1'));
  const rows = replayEvents(stack);
  print(format === 'json' ? stackJson(stack, rows) : stackText(stack, rows));
}

const WIDTH = 100;

function text({ field, expected, found }: Difference, whole: boolean): string {
  const cut = (value: string): string => (whole || value.length <= WIDTH ? value : `${value.slice(0, WIDTH)}…`);
  return `${field}: expected ${cut(expected)}, found ${cut(found)}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
