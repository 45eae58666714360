/** Names of events as perf writes them: of which unit, in which mode, for guest or host. */

export interface EventName {
  /** In lower case, as EVENTS has it. */
  readonly base: string;
  /** `cpu_core` and `cpu_atom` of processors with two kinds of core; empty where it is not said. */
  readonly unit: string;
  readonly mode: 'all' | 'user' | 'kernel';
  /** Only while a guest ran (`:G`), or only while none did (`:H`). */
  readonly whose: 'guest' | 'host' | null;
  /** A number instead of a name: what it counts depends on the processor. */
  readonly raw: boolean;
}

const OF_A_UNIT = /^([a-z]\w*)\/(.*)\/([a-z]*)$/i;
const MODIFIED = /^(.*?)(?::([a-zA-Z]+))?$/;

export function eventName(text: string): EventName {
  const [, unit = '', inner, behind] = OF_A_UNIT.exec(text) ?? [];
  const [, name = '', modifiers = ''] = inner === undefined ? MODIFIED.exec(text)! : ['', inner, behind];
  const named = /(?:^|,)name=([^,]+)/.exec(name)?.[1] ?? name;
  const has = (letter: string): boolean => modifiers.includes(letter);
  const mode = has('u') === has('k') ? 'all' : has('u') ? 'user' : 'kernel';
  const whose = has('G') === has('H') ? null : has('G') ? 'guest' : 'host';
  return { base: named.toLowerCase(), unit, mode, whose, raw: /^r[0-9a-f]+$|=/i.test(named) };
}
