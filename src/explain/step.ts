/** What an explanation is made of: the steps of a walk, what it ended in, and what happened around it. Plain JSON values throughout. */
import type { ExitCause } from '../vmm/exits.js';

export type Hex = string;
export type DimensionName = 'guest' | 'nested' | 'shadow';

/** Where in the two dimensions of a walk an entry stands. */
export interface Place {
  readonly dimension: DimensionName;
  /** 1 maps 4 KiB pages. */
  readonly level: number;
  /** gL4, nL3, sL2. */
  readonly label: string;
  /** As the published orders of references have it, levels counted from the root: G1, G1H2, UDH1; of shadow tables S1. */
  readonly order: string;
  /** Of an entry of nested tables: what is being looked for, an entry of the guest's tables or the data. */
  readonly serves: string | null;
}

/** Where an entry points to. */
export interface Target {
  readonly space: 'guest-physical' | 'system-physical';
  readonly address: Hex;
  /** Bytes of the page; null for a table. */
  readonly pageBytes: number | null;
}

export interface ReferenceStep extends Place {
  readonly kind: 'reference';
  /** From 1, in the order of a walk. */
  readonly number: number;
  /** System-physical address of the entry. */
  readonly address: Hex;
  readonly index: number;
  readonly value: Hex;
  readonly flags: readonly string[];
  readonly target: Target | null;
  readonly servedBy: 'L1' | 'L2' | 'L3' | 'memory';
}

/** An entry that need not be read. */
export interface SavedStep extends Place {
  readonly kind: 'saved';
  readonly by: 'walk cache' | 'nested TLB';
}

/** Accessed and dirty bits set in an entry. */
export interface UpdateStep extends Place {
  readonly kind: 'update';
  readonly address: Hex;
  readonly value: Hex;
  readonly sets: readonly string[];
}

export type Step = ReferenceStep | SavedStep | UpdateStep;

/** A code of several bits: its value, the names of the bits that are set, and all of it in words. */
export interface Code {
  readonly value: Hex;
  readonly bits: readonly string[];
  readonly meaning: string;
}

export interface Translated {
  readonly kind: 'translated';
  readonly systemPhysical: Hex;
  /** null on bare metal, and under shadow tables, which do not hold it. */
  readonly guestPhysical: Hex | null;
  /** null when the guest's paging is off. */
  readonly guestPageBytes: number | null;
  readonly hostPageBytes: number | null;
  /** What one TLB entry can cover. */
  readonly pageBytes: number;
  /** The guest's page is larger than that. */
  readonly splintered: boolean;
  readonly rights: readonly string[];
  readonly global: boolean;
}

/** `at`: the access, or the load of PDPTE registers that comes before it. */
type At = 'access' | 'load';

export type Fault =
  | { readonly kind: 'pageFault'; readonly errorCode: Code; readonly cr2: Hex; readonly receiver: string }
  | { readonly kind: 'generalProtection'; readonly at: At; readonly receiver: string }
  | {
      readonly kind: 'nestedPageFault';
      readonly exitInfo1: Code;
      readonly guestPhysical: Hex;
      readonly receiver: string;
    }
  | {
      readonly kind: 'eptViolation';
      readonly qualification: Code;
      readonly guestPhysical: Hex;
      readonly linear: Hex;
      readonly at: At;
      readonly receiver: string;
    }
  | { readonly kind: 'eptMisconfiguration'; readonly guestPhysical: Hex; readonly at: At; readonly receiver: string };

export type WalkEnd = Translated | Fault | { readonly kind: 'loaded' };

export interface Access {
  readonly linear: Hex;
  readonly type: 'read' | 'write' | 'fetch';
  readonly user: boolean;
}

export interface Tables {
  /** Which tables the walk begins with. */
  readonly first: 'guest' | 'shadow';
  readonly guestFormat: string;
  readonly guestLevels: number;
  readonly nestedFormat: string | null;
  readonly nestedLevels: number;
}

/** One walk: of the hardware for an access, or to load a PAE guest's PDPTE registers; or of a VMM that reads the guest's tables. */
export interface Walk {
  readonly event: 'walk' | 'pdpteLoad' | 'softwareWalk';
  readonly tables: Tables;
  readonly access: Access;
  readonly steps: readonly Step[];
  readonly references: number;
  readonly savedByWalkCache: number;
  readonly savedByNestedTlb: number;
  readonly end: WalkEnd;
}

export interface TlbLookUp {
  readonly event: 'tlbLookUp';
  readonly tlb: string;
  readonly found: 'hit' | 'miss' | 'lacks right';
  readonly pageBytes: number | null;
  readonly systemPhysical: Hex | null;
}

export interface Exit {
  readonly event: 'exit';
  readonly cause: ExitCause;
  readonly vmx: string;
  readonly svm: string;
  /** What VMCS or VMCB then holds of it. */
  readonly information: string;
  readonly definition: string;
}

/** Anything else that happens, in words. */
export interface Note {
  readonly event: 'note';
  readonly text: string;
}

/** What is done, and what happens because of it. */
export interface Action {
  readonly event: 'action';
  readonly text: string;
  readonly then: readonly Happening[];
}

export type Happening = Walk | TlbLookUp | Exit | Note | Action;

export interface Explanation {
  readonly schema: 'vmmu/explain@1';
  readonly title: string;
  /** What was asked for, by name. */
  readonly source: Readonly<Record<string, string | number | boolean | null>>;
  readonly happenings: readonly Happening[];
}

/** All walks of an explanation for an access, in order. */
export function walksOf(happenings: readonly Happening[]): Walk[] {
  return happenings.flatMap((one) => (one.event === 'walk' ? [one] : one.event === 'action' ? walksOf(one.then) : []));
}
