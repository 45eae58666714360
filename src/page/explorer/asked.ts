/** What is asked for, as it stands in the address of the page: a mapping and the machine that walks it. */
import { MACHINES } from '../../config/machines/index.js';
import { WALK_CACHES } from '../../config/walk-caches.js';
import { UsageError } from '../../errors.js';
import {
  GUESTS,
  HOST_MODES,
  HOSTS,
  PAGES,
  parseBreak,
  type Break,
  type MappingRequest,
} from '../../explain/mapping-choices.js';
import type { ViewProps } from '../view.js';

export type Chosen = ViewProps['chosen'];

/** Which machine: by name, or the one that fits what is asked. */
export const FITTING = 'fitting';
/** Walk caches as the machine has them. */
export const OWN = 'own';

/** Each choice with what it can be; the first is what it is if nothing is chosen. Names are those of the command line. */
export const CHOICES = {
  guest: ['4level', ...GUESTS.filter((mode) => mode !== '4level')],
  'guest-page': PAGES,
  host: ['npt', ...HOSTS.filter((kind) => kind !== 'npt')],
  'host-mode': ['4level', ...HOST_MODES.filter((mode) => mode !== '4level')],
  'host-page': PAGES,
  machine: [FITTING, ...Object.keys(MACHINES)],
  'walk-caches': [...WALK_CACHES, OWN],
  access: ['read', 'write', 'fetch'],
  privilege: ['user', 'supervisor'],
  marks: ['set', 'clear'],
  repeat: ['1', '2', '3', '4'],
} as const satisfies Record<string, readonly string[]>;

export type ChoiceName = keyof typeof CHOICES;

/** The name in the address: other views have choices, too. */
export function keyOf(name: ChoiceName | 'gva' | 'step' | 'fault'): string {
  return `walk-${name}`;
}

export function choiceOf<N extends ChoiceName>(chosen: Chosen, name: N): (typeof CHOICES)[N][number] {
  const choices: readonly (typeof CHOICES)[N][number][] = CHOICES[name];
  return choices.find((one) => one === chosen[keyOf(name)]) ?? choices[0]!;
}

/** Choices that mean nothing beside the others. */
export function isIdle(chosen: Chosen, name: ChoiceName): boolean {
  const host = choiceOf(chosen, 'host');
  switch (name) {
    case 'guest-page':
      return choiceOf(chosen, 'guest') === 'none';
    case 'host-page':
      return host === 'none';
    case 'host-mode':
      return host !== 'npt';
    default:
      return false;
  }
}

/** @param fault the entry that is broken, if any */
export function requestIn(chosen: Chosen, fault: Break | null): MappingRequest {
  const unlessIdle = <N extends ChoiceName>(name: N): (typeof CHOICES)[N][number] | undefined =>
    isIdle(chosen, name) ? undefined : choiceOf(chosen, name);
  const linear = (chosen[keyOf('gva')] ?? '').trim();
  return {
    guest: choiceOf(chosen, 'guest'),
    guestPage: unlessIdle('guest-page') ?? '4k',
    host: choiceOf(chosen, 'host'),
    hostMode: unlessIdle('host-mode'),
    hostPage: unlessIdle('host-page'),
    linear: linear === '' ? undefined : linear,
    type: choiceOf(chosen, 'access'),
    user: choiceOf(chosen, 'privilege') === 'user',
    clean: choiceOf(chosen, 'marks') === 'clear',
    repeat: Number(choiceOf(chosen, 'repeat')),
    nextPage: false,
    fault,
  };
}

/** @throws UsageError for a fault that is none */
export function faultIn(chosen: Chosen): Break | null {
  const text = chosen[keyOf('fault')];
  return text === undefined ? null : parseBreak(text);
}

/** Which choice a message is about: it begins with the option of that name. */
export function subjectOf({ message }: UsageError): string {
  return /^--([a-z-]+)/.exec(message)?.[1] ?? 'machine';
}
