/** What a virtual processor does in a second of its work, as far as it costs anything: walks and exits. */
import { EXITS, type ExitCause } from '../../vmm/exits.js';

/** `other`: of a cause that nobody has told. */
export type Exits = Readonly<Partial<Record<ExitCause | 'other', number>>>;

export interface Load {
  readonly tlbMisses: number;
  readonly walkRefs: number;
  /** As if none ran beside another, or beside work. */
  readonly walkCycles: number;
  readonly exits: Exits;
}

/** The share `part` of one, the rest of the other. */
export function mixed(one: Load, other: Load, part: number): Load {
  const mix = (a: number, b: number): number => part * a + (1 - part) * b;
  const causes = new Set([...Object.keys(one.exits), ...Object.keys(other.exits)]) as Set<keyof Exits>;
  return {
    tlbMisses: mix(one.tlbMisses, other.tlbMisses),
    walkRefs: mix(one.walkRefs, other.walkRefs),
    walkCycles: mix(one.walkCycles, other.walkCycles),
    exits: Object.fromEntries([...causes].map((cause) => [cause, mix(one.exits[cause] ?? 0, other.exits[cause] ?? 0)])),
  };
}

/** Those on behalf of address translation, or the rest. */
export function exitsOf(exits: Exits, translation: boolean): Exits {
  const isTranslation = (cause: string): boolean => cause !== 'other' && EXITS[cause as ExitCause].memory;
  return Object.fromEntries(Object.entries(exits).filter(([cause]) => isTranslation(cause) === translation));
}

export function scaled(exits: Exits, factor: number): Exits {
  return Object.fromEntries(Object.entries(exits).map(([cause, count]) => [cause, count * factor]));
}

export function totalExits(exits: Exits): number {
  return Object.values(exits).reduce((sum, count) => sum + count, 0);
}
