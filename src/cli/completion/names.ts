/** What options and arguments without choices of their own may be: the names that a registry has, by where they stand. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { STRATEGY_TITLES } from '../../paging/names.js';
import { FORMATS } from '../../report/formats.js';
import { SCHEMAS } from '../commands/schema.js';
import { LIST_KINDS, type ListKind } from '../listed.js';
import { LISTS } from '../lists.js';
import { SUITES } from '../suites/index.js';
import { TARGETS } from '../trace-convert.js';
import { partOf } from './place.js';
import { SHELLS } from './scripts.js';

/** A word that may stand there, and what it is. */
export interface Candidate {
  readonly word: string;
  readonly title: string;
}

/** @param operands those of the command that stand before the word */
type Names = (
  operands: readonly string[],
  program: CommandUnknownOpts,
) => readonly Candidate[] | Promise<readonly Candidate[]>;

type Places = Readonly<Record<string, Names>>;

/** By `--option` or `argument`; behind its command where it has names of its own. */
export const NAMES: Places = {
  '--strategy': listed('strategies', 'vmms'),
  '--format': () => titled(FORMATS),
  'vmmu run --strategy': async () => [
    ...(await listed('strategies', 'vmms')()),
    { word: 'best', title: 'the cheapest of the others, and the bounds that it lies between' },
  ],
  'vmmu explain --strategy': () => Object.entries(STRATEGY_TITLES).map(([word, title]) => ({ word, title })),
  'vmmu trace convert --from-format': listed('formats'),
  'vmmu trace convert --to-format': () => untitled(TARGETS),
  'vmmu trace gen generator': listed('generators'),
  'vmmu list kind': () => untitled(LIST_KINDS),
  'vmmu list name': ([kind]) => (isKind(kind) ? listed(kind)() : []),
  'vmmu schema file': () => untitled(Object.keys(SCHEMAS)),
  'vmmu verify suite': () => untitled(Object.keys(SUITES)),
  'vmmu reproduce names': listed('experiments'),
  'vmmu completion shell': () => untitled(SHELLS),
  'vmmu help command': (operands, program) =>
    partsOf(operands.reduce((command, name) => partOf(command, name) ?? command, program)),
};

/** The same, where a file may stand in place of a name. */
export const NAMES_OR_FILES: Places = {
  '--machine': listed('machines'),
  '--costs': listed('costs'),
  '--boot': listed('traces'),
  trace: listed('traces'),
  traces: listed('traces'),
  'vmmu trace convert from': listed('traces'),
  'vmmu plan profile files': listed('traces'),
  'vmmu figure names': async () => [
    ...(await listed('figures', 'experiments')()),
    { word: 'paper', title: 'all of them in one document' },
  ],
};

/** The commands that a command has. */
export function partsOf(command: CommandUnknownOpts): Candidate[] {
  const visible = command.createHelp().visibleCommands(command);
  return visible.map((part) => ({ word: part.name(), title: part.description() }));
}

function listed(...kinds: readonly ListKind[]): () => Promise<Candidate[]> {
  return async () => {
    const found: Candidate[] = [];
    for (const kind of kinds)
      for (const { row } of await LISTS[kind]())
        found.push({ word: row.name, title: String(row['title'] ?? row['description'] ?? '') });
    return found;
  };
}

function isKind(kind: string | undefined): kind is ListKind {
  return (LIST_KINDS as readonly (string | undefined)[]).includes(kind);
}

function titled(registry: Readonly<Record<string, { readonly title: string }>>): Candidate[] {
  return Object.entries(registry).map(([word, { title }]) => ({ word, title }));
}

/** Words that say themselves what they are. */
export function untitled(words: readonly string[]): Candidate[] {
  return words.map((word) => ({ word, title: '' }));
}
