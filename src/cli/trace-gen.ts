/** `vmmu trace gen`: a synthetic trace by the generator of that name, from the options that it knows. */
import { InvalidArgumentError } from '@commander-js/extra-typings';
import { lookUp, oneOf } from '../config/names.js';
import { UsageError } from '../errors.js';
import { generateEvents } from '../trace/generate-events.js';
import { generateTrace, INSERTABLE_EVENTS, MOST_PAGES, type InsertableEvent } from '../trace/generate.js';
import type { EventGenerator } from '../trace/generators/event-generator.js';
import { EVENT_GENERATORS, type EventGeneratorName } from '../trace/generators/events/index.js';
import { GENERATORS } from '../trace/generators/index.js';
import { PAGE_GENERATORS, type PageGeneratorName } from '../trace/generators/pages/index.js';
import { isFlag, type Parameter } from '../trace/generators/parameters.js';
import type { TraceSource } from '../trace/source.js';
import { Command } from './command.js';
import { nonEmpty, wholeNumber } from './options.js';

/** What page generators take. */
const PAGE_OPTIONS = ['refs', 'pages', 'base', 'lines', 'seed', 'every'];
/** Those that say nothing about the rows. */
const COMMON_OPTIONS = ['name', 'out'];
const DEFAULT_REFS = 20_000_000;

const EXAMPLES = `
Examples:
  vmmu trace gen zipf zipf.arrows.br --refs 20m --every cpuid=100k,io=1m
  vmmu trace gen uniform narrow.arrows --base 0x40000000 --pages 65536 --lines
  vmmu trace gen ptemod --operations 100k -o ptemod.arrows
  vmmu list generators`;

export function genCommand(write: (file: string, trace: TraceSource) => Promise<void>) {
  const command = new Command('gen')
    .description('make a synthetic trace: a stream of references, or a micro-workload of events')
    .argument('<generator>', Object.keys(GENERATORS).join(', '))
    .argument('[file]', 'where to: *.arrows, *.arrows.br or *.arrows.gz')
    .option('-o, --out <file>', 'the same, as an option')
    .option('--name <name>', 'name of the trace (default: of the generator)', nonEmpty)
    .option('--refs <number>', 'references of a stream (default: 20m)', wholeNumber(1, 1e12))
    .option(
      '--pages <number>',
      'pages of the region: of a stream a power of two (default: 1048576), else as `vmmu list generators` says',
      wholeNumber(1, MOST_PAGES),
    )
    .option(
      '--base <address>',
      'first address of the region of a stream (default: 0x10000000000; below 4 GiB for 32-bit guests)',
      pageAddress,
    )
    .option('--lines', 'references to 64-byte lines of the pages, so that data competes with tables for the caches')
    .option('--seed <number>', 'another stream of the same kind', wholeNumber(0, 2 ** 32 - 1))
    .option('--every <event=refs>', `insert an event after so many references: ${INSERTABLE_EVENTS.join(', ')}`, every);
  for (const [name, { parameter, takers }] of eventParameters()) {
    const meaning = `${parameter.meaning} (${takers.join(', ')})`;
    if (isFlag(parameter)) command.option(`--${name}`, meaning);
    else if (name !== 'pages') command.option(`--${name} <number>`, meaning, wholeNumber(0, 1e12));
  }
  return command.addHelpText('after', EXAMPLES).action(async (generator, positional, { out, name, ...options }) => {
    const file = positional ?? out ?? command.error("missing required argument 'file'");
    if (positional !== undefined && out !== undefined)
      throw new UsageError(`found two files, ${positional} and --out ${out}; expected one`);
    lookUp(GENERATORS, generator, 'generator');
    refuseStrangers(generator, Object.keys(command.opts()));
    const title = name === undefined ? {} : { name };
    const trace = isPageGenerator(generator)
      ? generateTrace(generator, { refs: DEFAULT_REFS, ...options, ...title })
      : generateEvents(generator as EventGeneratorName, numbersOf(command.opts()), name);
    await write(file, trace);
  });
}

/** What a generator can be told, as `vmmu list generators` shows it. */
export function optionsText(generator: object): string {
  if (!('parameters' in generator)) return PAGE_OPTIONS.join(', ');
  const { parameters } = generator as EventGenerator;
  return Object.entries(parameters)
    .map(([name, parameter]) => (isFlag(parameter) ? name : `${name} (${parameter.default})`))
    .join(', ');
}

function isPageGenerator(name: string): name is PageGeneratorName {
  return Object.hasOwn(PAGE_GENERATORS, name);
}

/** The parameters of all event generators, with the generators that have each. */
function eventParameters(): Map<string, { readonly parameter: Parameter; readonly takers: string[] }> {
  const found = new Map<string, { parameter: Parameter; takers: string[] }>();
  for (const [generator, { parameters }] of Object.entries<EventGenerator>(EVENT_GENERATORS))
    for (const [name, parameter] of Object.entries(parameters)) {
      const entry = found.get(name);
      if (entry === undefined) found.set(name, { parameter, takers: [generator] });
      else entry.takers.push(generator);
    }
  return found;
}

/** An option that a generator does not know would be without effect. */
function refuseStrangers(generator: string, given: readonly string[]): void {
  const allowed = isPageGenerator(generator)
    ? PAGE_OPTIONS
    : Object.keys(EVENT_GENERATORS[generator as EventGeneratorName].parameters);
  const stranger = given.find((option) => !COMMON_OPTIONS.includes(option) && !allowed.includes(option));
  if (stranger !== undefined)
    throw new UsageError(
      `--${stranger}: generator '${generator}' has no such option; allowed: ${allowed.map((option) => `--${option}`).join(', ')}`,
    );
}

/** Flags are numbers too: 1 where they are given. */
function numbersOf(options: object): Record<string, number> {
  const given = Object.entries(options).filter(([name]) => !COMMON_OPTIONS.includes(name));
  return Object.fromEntries(given.map(([name, value]) => [name, Number(value)]));
}

/** The page of an address that begins one. */
function pageAddress(text: string): number {
  const address = /^0x[0-9a-f]{1,16}$/i.test(text) ? Number(text) : NaN;
  if (!(address % 4096 === 0))
    throw new InvalidArgumentError('Allowed: the hexadecimal address of a page, as 0x40000000.');
  return address / 4096;
}

type Periods = Partial<Record<InsertableEvent, number>>;

/** `cpuid=100k,io=1m`, or several uses of the option. */
function every(text: string, before: Periods = {}): Periods {
  return text.split(',').reduce((periods, part) => {
    const [, event, period] = /^([^=]*)=(.*)$/.exec(part) ?? [];
    if (event === undefined || period === undefined)
      throw new InvalidArgumentError('Allowed: event=references, for example cpuid=100k.');
    return { ...periods, [oneOf(INSERTABLE_EVENTS, event, 'event')]: wholeNumber(1, 1e12)(period) };
  }, before);
}
