/** `vmmu trace gen`: a synthetic trace by the generator of that name, from the options that it knows. */
import { InvalidArgumentError } from '@commander-js/extra-typings';
import { oneOf } from '../config/names.js';
import { UsageError } from '../errors.js';
import { generateEvents } from '../trace/generate-events.js';
import { generateTrace, INSERTABLE_EVENTS, MOST_PAGES, type InsertableEvent } from '../trace/generate.js';
import { GENERATORS, SCRIPTED, type GeneratorName } from '../trace/generators/index.js';
import { PAGE_GENERATORS, type PageGeneratorName } from '../trace/generators/pages/index.js';
import { isFlag, type Parameter, type Parameters } from '../trace/generators/parameters.js';
import type { TraceSource } from '../trace/source.js';
import { Command } from './command.js';
import { decimal, nonEmpty, wholeNumber } from './options.js';

/** What page generators take. */
const PAGE_OPTIONS = ['refs', 'pages', 'base', 'lines', 'seed', 'every'];
/** Those that say nothing about the rows. */
const COMMON_OPTIONS = ['name', 'out'];
/** Options whose meaning depends on the kind of generator. */
const DECLARED = ['refs', 'pages', 'seed'];
const DEFAULT_REFS = 20_000_000;

const EXAMPLES = `
Examples:
  vmmu trace gen zipf zipf.arrows.br --refs 20m --every cpuid=100k,io=1m
  vmmu trace gen uniform narrow.arrows --base 0x40000000 --pages 65536 --lines
  vmmu trace gen b-tree probes.arrows --keys 1g --exponent 0.8 --refs 5m
  vmmu trace gen ptemod --operations 100k -o ptemod.arrows
  vmmu list generators`;

export function genCommand(write: (file: string, trace: TraceSource) => Promise<void>) {
  const command = new Command('gen')
    .description('make a synthetic trace: a stream of references, a program, or a micro-workload of events')
    .argument('<generator>', Object.keys(GENERATORS).join(', '))
    .argument('[file]', 'where to: *.arrows, *.arrows.br or *.arrows.gz')
    .option('-o, --out <file>', 'the same, as an option')
    .option('--name <name>', 'name of the trace (default: of the generator)', nonEmpty)
    .option(
      '--refs <number>',
      'references of a stream (default: 20m), or after which a program begins no operation (default: 1m)',
      wholeNumber(1, 1e12),
    )
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
    .option('--seed <number>', 'another stream, or run of a program, of the same kind', wholeNumber(0, 2 ** 32 - 1))
    .option('--every <event=refs>', `insert an event after so many references: ${INSERTABLE_EVENTS.join(', ')}`, every);
  for (const [name, { parameter, meanings }] of ownParameters()) {
    const meaning = [...meanings].map(([text, takers]) => `${text} (${takers.join(', ')})`).join('; ');
    const parse = parameter.fractional === true ? decimal : wholeNumber(0, 2 ** 52);
    if (isFlag(parameter)) command.option(`--${name}`, meaning);
    else if (!DECLARED.includes(name)) command.option(`--${name} <number>`, meaning, parse);
  }
  return command.addHelpText('after', EXAMPLES).action(async (generator, positional, { out, name, ...options }) => {
    const file = positional ?? out ?? command.error("missing required argument 'file'");
    if (positional !== undefined && out !== undefined)
      throw new UsageError(`found two files, ${positional} and --out ${out}; expected one`);
    const known = oneOf(Object.keys(GENERATORS) as GeneratorName[], generator, 'generator');
    refuseStrangers(known, Object.keys(command.opts()));
    const title = name === undefined ? {} : { name };
    const trace = isPageGenerator(known)
      ? generateTrace(known, { refs: DEFAULT_REFS, ...options, ...title, parameters: ownOf(known, options) })
      : generateEvents(known, numbersOf(command.opts()), name);
    await write(file, trace);
  });
}

/** What a generator can be told, as `vmmu list generators` shows it. */
export function optionsText(generator: object): string {
  const own = Object.entries(parametersOf(generator)).map(([name, parameter]) =>
    isFlag(parameter) ? name : `${name} (${parameter.default})`,
  );
  return [...(isScripted(generator) ? [] : PAGE_OPTIONS), ...own].join(', ');
}

function isPageGenerator(name: GeneratorName): name is PageGeneratorName {
  return Object.hasOwn(PAGE_GENERATORS, name);
}

function isScripted(generator: object): boolean {
  return (Object.values(SCRIPTED) as object[]).includes(generator);
}

function parametersOf(generator: object): Parameters {
  return 'parameters' in generator ? (generator.parameters as Parameters) : {};
}

/** The parameters of all generators by name: one generator's, and what each means to whom. */
function ownParameters(): Map<string, { readonly parameter: Parameter; readonly meanings: Map<string, string[]> }> {
  const found = new Map<string, { parameter: Parameter; meanings: Map<string, string[]> }>();
  for (const [generator, definition] of Object.entries(GENERATORS))
    for (const [name, parameter] of Object.entries(parametersOf(definition))) {
      const { meanings } = found.get(name) ?? { meanings: new Map<string, string[]>() };
      meanings.set(parameter.meaning, [...(meanings.get(parameter.meaning) ?? []), generator]);
      found.set(name, { parameter, meanings });
    }
  return found;
}

/** An option that a generator does not know would be without effect. */
function refuseStrangers(generator: GeneratorName, given: readonly string[]): void {
  const own = Object.keys(parametersOf(GENERATORS[generator]));
  const allowed = isPageGenerator(generator) ? [...PAGE_OPTIONS, ...own] : own;
  const stranger = given.find((option) => !COMMON_OPTIONS.includes(option) && !allowed.includes(option));
  if (stranger !== undefined)
    throw new UsageError(
      `--${stranger}: generator '${generator}' has no such option; allowed: ${allowed.map((option) => `--${option}`).join(', ')}`,
    );
}

/** Of the given options, those that only this generator and its like have. */
function ownOf(generator: PageGeneratorName, options: object): Record<string, number> {
  const own = parametersOf(PAGE_GENERATORS[generator]);
  return Object.fromEntries(Object.entries(options).filter(([name]) => Object.hasOwn(own, name)));
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
