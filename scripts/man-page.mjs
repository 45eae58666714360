// Writes man/vmmu.1 from the commands themselves. With --check nothing is written, and a page that differs is an error. Needs `npm run build`.
import { readFileSync, writeFileSync } from 'node:fs';
import { createProgram } from '../dist/cli/program.js';

const PAGE = 'man/vmmu.1';
/** When the page was last read through. */
const DATE = '2026-11-28';

const ENVIRONMENT = [
  ['NO_COLOR', 'if it is set and not empty, vmmu explain prints no colours on a terminal'],
  [
    'SLURM_CPUS_PER_TASK, SLURM_MEM_PER_NODE, SLURM_MEM_PER_CPU',
    'in a Slurm job vmmu sweep run takes the processors and the memory that the job was given',
  ],
];

const FILES = [
  ['*.arrows, *.arrows.br, *.arrows.gz', 'traces: Arrow IPC streams, plain or compressed'],
  [
    '*.yaml',
    'machines, exit prices, configurations, sweeps, fleets and profiles; vmmu schema prints JSON Schemas of them',
  ],
  ['.vmmu-cache', 'misses of TLBs that vmmu sweep run keeps for sweeps to come (--cache, --no-cache)'],
];

const SEE_ALSO = 'perf(1), qemu(1), sbatch(1), valgrind(1)';

/** Characters as they stand, whatever roff would take them for. */
function literal(text) {
  const special = { '\\': '\\e', '-': '\\-', '`': '\\(ga', '^': '\\(ha', '~': '\\(ti', '"': '\\(dq' };
  const escaped = text.replace(/[\\\-`^~"]/g, (character) => special[character]);
  return /^[.'\s]/.test(escaped) ? `\\&${escaped}` : escaped;
}

/** What can be typed: its apostrophes are straight. */
const typed = (text) => `\\fB${literal(text).replaceAll("'", '\\(aq')}\\fR`;

const sentence = (text) => literal(`${text[0].toUpperCase()}${text.slice(1)}.`);
const entry = (term, meaning) => ['.TP 6', typed(term), literal(meaning) || '\\&'];
const section = (title, lines) => [`.SH ${title}`, ...lines];

/** The text of `addHelpText`. */
function textBelowHelp(command) {
  let whole = '';
  command.configureOutput({ writeOut: (text) => (whole += text) });
  command.outputHelp();
  return whole.slice(command.helpInformation().length);
}

/** Paragraphs, and lists: indented lines, each a term and what it means; what is indented further goes on with the meaning. */
function textLines(text) {
  const blocks = [];
  for (const line of text.split('\n')) {
    const [, indent, term, meaning] = /^( *)(.*?)(?: {2,}(.*))?$/.exec(line);
    if (line === '') blocks.push([]);
    else if (indent.length > 10) blocks.at(-1).push(line.trim());
    else if (indent !== '') blocks.push(entry(indent.slice(2) + term, (meaning ?? '').replace(/ {2,}/, ': ')));
    else if (blocks.at(-1)?.[0] === '.PP') blocks.at(-1).push(literal(line));
    else blocks.push(['.PP', literal(line)]);
  }
  return blocks.flat();
}

function commandLines(command) {
  const help = command.createHelp();
  const own = command.options.filter(({ hidden }) => !hidden);
  const listed = help.visibleCommands(command).filter((part) => command.commands.includes(part));
  return [
    `.SS ${help.commandUsage(command).replaceAll('-', '\\-')}`,
    sentence(command.description()),
    ...command.registeredArguments.flatMap((argument) =>
      entry(help.argumentTerm(argument), help.argumentDescription(argument)),
    ),
    ...own.flatMap((option) => entry(help.optionTerm(option), help.optionDescription(option))),
    ...textLines(textBelowHelp(command)),
    ...listed.flatMap(commandLines),
  ];
}

function page() {
  const program = createProgram();
  const help = program.createHelp();
  const commands = help.visibleCommands(program);
  const below = textBelowHelp(program);
  const [, statuses] = /^Exit status: (.*)\.$/m.exec(below);
  return [
    '.\\" Written by scripts/man-page.mjs; do not change it by hand.',
    `.TH VMMU 1 ${DATE} "vmmu ${program.version()}" "User Commands"`,
    '.nh',
    '.ad l',
    ...section('NAME', ['vmmu \\- simulate nested and shadow paging by replaying address traces']),
    ...section('SYNOPSIS', ['\\fBvmmu\\fR \\fIcommand\\fR [options]']),
    ...section('DESCRIPTION', [
      literal(program.description()),
      ...commands.flatMap((command) => entry(command.name(), command.description())),
    ]),
    ...section(
      'OPTIONS',
      help.visibleOptions(program).flatMap((option) => entry(help.optionTerm(option), help.optionDescription(option))),
    ),
    ...section('COMMANDS', commands.flatMap(commandLines)),
    ...section('EXAMPLES', textLines(below.replace(/^Ex.*/gm, ''))),
    ...section(
      'EXIT STATUS',
      statuses.split(', ').flatMap((one) => entry(...one.split(/ (.*)/, 2))),
    ),
    ...section(
      'ENVIRONMENT',
      ENVIRONMENT.flatMap((one) => entry(...one)),
    ),
    ...section(
      'FILES',
      FILES.flatMap((one) => entry(...one)),
    ),
    ...section('SEE ALSO', [literal(SEE_ALSO)]),
    '',
  ].join('\n');
}

const text = page();
if (!process.argv.includes('--check')) writeFileSync(PAGE, text);
else if (readFileSync(PAGE, 'utf8') !== text) {
  console.error(`${PAGE}: it is not what the commands say now; run node scripts/man-page.mjs`);
  process.exitCode = 1;
}
