/**
 * What removes cached translations, and which: each instruction and event as the set of mappings that its manual demands to be removed.
 *
 * Linear mappings are tagged with VPID and PCID, combined ones also with the nested tables (EPTP); guest-physical mappings with the nested
 * tables alone. Intel SDM vol. 3A, 4.10.4 and vol. 3C, 29.4.3; AMD APM vol. 2, 5.5 and 15.16. AMD's ASID stands for the VPID, and tags
 * nested translations too.
 */
import type { Context } from './contexts.js';

/** Every value of a tag, or every page. */
export const ANY = -1;
/** Every nested table: combined mappings, no linear ones. */
const ANY_EPTP = -2;
/** Every VPID but the host's. */
const ANY_GUEST = -2;

/** Linear and combined mappings. */
export interface LinearScope {
  readonly vpid: number;
  readonly pcid: number;
  readonly eptp: number;
  /** Virtual page number, or ANY. */
  readonly page: number;
  readonly keepGlobal: boolean;
  /**
   * Entries of walk caches for the tables on the way: those of the page, or, where the manual says so, all of the contexts. `none` after
   * a fault: the walk that ended in it has removed them itself.
   */
  readonly walkCache: 'none' | 'page' | 'all';
}

/** All guest-physical mappings of some nested tables. */
export interface GuestPhysicalScope {
  readonly eptp: number;
}

export interface Scope {
  readonly linear: LinearScope | null;
  readonly guestPhysical: GuestPhysicalScope | null;
  /** Whole contexts are removed: a flush, as counters count them. */
  readonly flush: boolean;
}

const NOTHING: Scope = { linear: null, guestPhysical: null, flush: false };

/** A page of some contexts. */
function pageOf(context: Partial<Context>, page: number, options: Partial<LinearScope> = {}): Scope {
  const { vpid = ANY, pcid = ANY, eptp = ANY } = context;
  const linear = { vpid, pcid, eptp, page, keepGlobal: false, walkCache: 'page', ...options } as const;
  return { linear, guestPhysical: null, flush: false };
}

/** All of some contexts. */
function allOf(context: Partial<Context>, keepGlobal: boolean, guestPhysical: GuestPhysicalScope | null = null): Scope {
  const { vpid = ANY, pcid = ANY, eptp = ANY } = context;
  const linear = { vpid, pcid, eptp, page: ANY, keepGlobal, walkCache: 'all' } as const;
  return { linear, guestPhysical, flush: true };
}

const EVERYWHERE: GuestPhysicalScope = { eptp: ANY };

/** By instruction or event. The first parameter is the context that executes it. */
export const INVALIDATIONS = {
  /** Of the current PCID, global translations of every PCID too; all walk-cache entries of the PCID, whatever their addresses. */
  invlpg: (now: Context, page: number) => pageOf({ vpid: now.vpid, pcid: now.pcid }, page, { walkCache: 'all' }),
  /** MOV to CR3: the PCID that is loaded, unless bit 63 of the value is set. */
  cr3Write: (now: Context, pcid: number, keep: boolean) => (keep ? NOTHING : allOf({ vpid: now.vpid, pcid }, true)),
  /** A change of CR4.PGE (or of CR4.PCIDE from 1 to 0). */
  cr4GlobalToggle: (now: Context) => allOf({ vpid: now.vpid }, false),
  /** A page fault: the faulting page in the current PCID, and the walk-cache entries that lead to it. */
  pageFault: (now: Context, page: number) => pageOf({ vpid: now.vpid, pcid: now.pcid }, page, { walkCache: 'none' }),
  invpcidAddress: (now: Context, pcid: number, page: number) =>
    pageOf({ vpid: now.vpid, pcid }, page, { keepGlobal: true }),
  invpcidContext: (now: Context, pcid: number) => allOf({ vpid: now.vpid, pcid }, true),
  invpcidAllGlobal: (now: Context) => allOf({ vpid: now.vpid }, false),
  invpcidAll: (now: Context) => allOf({ vpid: now.vpid }, true),
  invvpidAddress: (_now: Context, vpid: number, page: number) => pageOf({ vpid }, page),
  invvpidContext: (_now: Context, vpid: number) => allOf({ vpid }, false),
  /** All VPIDs but 0. */
  invvpidAll: () => allOf({ vpid: ANY_GUEST }, false),
  invvpidKeepGlobal: (_now: Context, vpid: number) => allOf({ vpid }, true),
  inveptContext: (_now: Context, eptp: number) => allOf({ eptp }, false, { eptp }),
  inveptAll: () => allOf({ eptp: ANY_EPTP }, false, EVERYWHERE),
  /** EPT violation, nested page fault: the combined mapping of the linear address; the walk has removed the guest-physical one. */
  nestedFault: (now: Context, page: number) => pageOf(now, page, { walkCache: 'none' }),
  invlpga: (_now: Context, asid: number, page: number) => pageOf({ vpid: asid }, page),
  tlbControlNothing: () => NOTHING,
  /** TLB_CONTROL 1: all ASIDs, the host's too. */
  tlbControlAll: () => allOf({}, false, EVERYWHERE),
  /** TLB_CONTROL 3: this ASID. */
  tlbControlAsid: (now: Context, asid: number) => allOf({ vpid: asid }, false, { eptp: now.eptp }),
  /** TLB_CONTROL 7: this ASID but its global translations. */
  tlbControlAsidNonGlobal: (now: Context, asid: number) => allOf({ vpid: asid }, true, { eptp: now.eptp }),
  /** A VM exit or entry without tags: linear and combined mappings, of VPID 0 as all are then. */
  worldSwitch: () => allOf({ vpid: 0 }, false),
} as const satisfies Record<string, (now: Context, ...operands: never[]) => Scope>;

/** Whether linear or combined mappings of a context are in a scope. */
export function inScope({ vpid, pcid, eptp }: LinearScope, context: Context): boolean {
  return (
    (vpid === ANY || (vpid === ANY_GUEST ? context.vpid !== 0 : vpid === context.vpid)) &&
    (pcid === ANY || pcid === context.pcid) &&
    (eptp === ANY || (eptp === ANY_EPTP ? context.eptp !== 0 : eptp === context.eptp))
  );
}
