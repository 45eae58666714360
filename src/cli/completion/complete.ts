/** The words with which a command line may go on, from the commands themselves. */
import type { Argument, CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { titleOf } from '../command.js';
import { list } from '../options.js';
import { NAMES, NAMES_OR_FILES, partsOf, untitled, type Candidate } from './names.js';
import { placeAfter, type Place } from './place.js';

/** What a shell offers where no word is known. */
export type Otherwise = 'nothing' | 'files' | 'folders';

export interface Completions {
  readonly candidates: readonly Candidate[];
  readonly otherwise: Otherwise;
}

/** @param typed the words behind the program's name; the last one, perhaps empty, is completed */
export async function completionsOf(typed: readonly string[], program: CommandUnknownOpts): Promise<Completions> {
  const words = separated(typed);
  const word = words.pop() ?? '';
  const { candidates, otherwise } = await possible(placeAfter(words, program), word, program);
  return { candidates: candidates.filter((candidate) => candidate.word.startsWith(word)), otherwise };
}

/** `--option=value` as two words, also where bash has made three of it; other words with `=` whole. */
function separated(typed: readonly string[]): string[] {
  const words: string[] = [];
  let glue = false;
  for (const word of typed) {
    const [, flag, value] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
    const split = word === '=' && words.at(-1)?.startsWith('--') === true;
    if (flag !== undefined) words.push(flag, value!);
    else if (split) words.push('');
    else if (glue || word === '=') words.push(`${words.pop() ?? ''}${word}`);
    else words.push(word);
    glue = word === '=';
  }
  return words;
}

async function possible(place: Place, word: string, program: CommandUnknownOpts): Promise<Completions> {
  const { command, group, option, operands, literal } = place;
  const flag = !literal && word.startsWith('-');
  if (option !== null && !(flag && option.optional)) return valuesOf(option, longName(option), word, place, program);
  const options = { candidates: optionsOf(command), otherwise: 'nothing' } as const;
  if (flag) return options;
  const parts = group === null ? [] : partsOf(group);
  const argument = argumentAt(command, operands.length);
  if (argument === undefined)
    return parts.length > 0 || literal ? { candidates: parts, otherwise: 'nothing' } : options;
  const { candidates, otherwise } = await valuesOf(argument, argument.name(), word, place, program);
  return { candidates: [...parts, ...candidates], otherwise };
}

function argumentAt({ registeredArguments }: CommandUnknownOpts, at: number): Argument | undefined {
  const last = registeredArguments.at(-1);
  return registeredArguments[at] ?? (last?.variadic === true ? last : undefined);
}

function optionsOf(command: CommandUnknownOpts): Candidate[] {
  const visible = command.createHelp().visibleOptions(command);
  return visible.map((option) => ({ word: longName(option), title: option.description }));
}

function longName({ long, short }: Option): string {
  return (long ?? short)!;
}

async function valuesOf(
  of: Option | Argument,
  name: string,
  word: string,
  { command, operands }: Place,
  program: CommandUnknownOpts,
): Promise<Completions> {
  if (of.argChoices !== undefined) return { candidates: untitled(of.argChoices), otherwise: 'nothing' };
  const key = [`${titleOf(command)} ${name}`, name].find((one) => one in NAMES || one in NAMES_OR_FILES);
  if (key === undefined) return { candidates: [], otherwise: placeholderOf(of) };
  const names = await (NAMES[key] ?? NAMES_OR_FILES[key])!(operands, program);
  const candidates = of.parseArg === list ? behindCommas(names, word) : names;
  return { candidates, otherwise: key in NAMES ? 'nothing' : 'files' };
}

/** What may follow the names that a list has already. */
function behindCommas(names: readonly Candidate[], word: string): Candidate[] {
  const before = word.slice(0, word.lastIndexOf(',') + 1);
  const given = before.split(',');
  return names
    .filter((candidate) => !given.includes(candidate.word))
    .map((candidate) => ({ ...candidate, word: before + candidate.word }));
}

/** By what the help calls the value. */
function placeholderOf(of: Option | Argument): Otherwise {
  const placeholder = 'flags' in of ? /[<[](.+)[>\]]/.exec(of.flags)![1]! : of.name();
  if (/^(dirs?|folder)$/.test(placeholder)) return 'folders';
  return /^(files?|file\.\w+|path|to|command)$/.test(placeholder) ? 'files' : 'nothing';
}
