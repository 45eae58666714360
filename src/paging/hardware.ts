/** What every strategy does with hardware: take over a walk's result, leave the guest. */
import type { RunConfig, Technique } from '../config/schema.js';
import type { Counters } from '../counters/counters.js';
import { ModelError } from '../errors.js';
import { addressOf } from '../memory/address.js';
import { FORMATS } from '../memory/formats/index.js';
import { pae } from '../memory/formats/pae.js';
import { Dimension } from '../mmu/dimension.js';
import type { Context } from '../mmu/contexts.js';
import { ANY, INVALIDATIONS } from '../mmu/invalidation.js';
import { WALK, Walker, type WalkStatus } from '../mmu/walker.js';
import type { ExitCause } from '../vmm/exits.js';
import { isSensitive, type Instruction } from '../vmm/instructions.js';
import type { ExitDetail } from '../vmm/exit-information.js';
import { ACCESS, RIGHT, type Platform, type Translation } from './strategy.js';

/**
 * What a TLB may keep of a walk that ended in a translation. The right to write includes set dirty bits, in the guest's and in
 * the nested leaf: a first write through a clean entry walks again to set them.
 */
export function takeResult(walker: Walker, access: number, into: Translation): void {
  const { frame, guestFrame, guestShift, hostShift } = walker;
  into.frame = frame;
  into.guestFrame = guestFrame;
  into.pageShift = Math.min(guestShift === 0 ? hostShift : guestShift, hostShift);
  into.guestShift = guestShift;
  const mayWrite = walker.guestWritable || ((access & ACCESS.user) === 0 && !walker.guest.controls.wp);
  const write = mayWrite && walker.hostWritable && walker.leafDirty && walker.hostDirty;
  into.rights =
    (walker.hostReadable ? RIGHT.read : 0) | (write ? RIGHT.write : 0) | (walker.noExecute ? 0 : RIGHT.fetch);
  into.global = walker.global;
}

/** The hardware's walk for a guest. */
export function walkTables({ walker, below }: Platform, vpn: number, access: number): WalkStatus {
  return below === undefined ? walker.walk(vpn, access) : below.walk(vpn, access);
}

/** The VMM's walk of the guest's tables in software: it makes no hardware references, and sets accessed and dirty bits. */
export function softwareWalker({ memory, walker, controls, host }: Platform): Walker {
  const software = new Walker(memory, new Dimension(walker.guest.format, 0, controls));
  software.map = host;
  return software;
}

/** A VM exit and the entry after it: without tags the TLB comes back empty. */
export function leaveGuest(platform: Platform, cause: ExitCause, detail: ExitDetail = {}): void {
  if (!platform.vcpu!.exits(cause, detail))
    throw new ModelError(`an exit for ${cause}, which no control of the virtual processor asks for`);
  roundTrip(platform, cause, detail);
}

function roundTrip({ exits, tlb, walker, vcpu }: Platform, cause: ExitCause, detail: ExitDetail): void {
  vcpu!.roundTrip(cause, detail, addressOf(walker.guest.root));
  exits[cause]++;
  if (tlb.context.vpid === 0) tlb.remove(INVALIDATIONS.worldSwitch());
}

/** The exit for a nested page fault that the last walk ended in, and what the hardware removes for it. @param vpn the page, or ANY */
export function leaveForNestedFault(platform: Platform, vpn: number): void {
  const { walker, tlb } = platform;
  const ofPage = vpn !== ANY;
  leaveGuest(platform, 'nestedFault', {
    linear: ofPage ? addressOf(vpn) : 0,
    physical: walker.faultGpa,
    qualification: walker.qualification(ofPage),
    exitInfo1: walker.exitInfo1,
  });
  if (ofPage) tlb.remove(INVALIDATIONS.nestedFault(tlb.context, vpn));
}

/** An event that the hardware carries out without the VMM. */
export function staysInGuest({ vcpu }: Platform, cause: ExitCause, detail: ExitDetail = {}): void {
  if (vcpu!.exits(cause, detail))
    throw new ModelError(`no exit for ${cause}, which a control of the virtual processor asks for`);
}

/** One of the 18 sensitive instructions, counted; false where it is not the hardware that runs it in a virtual machine. */
export function runsAsItIs(counters: Counters, technique: Technique): boolean {
  counters.sensitiveInstructions++;
  if (technique === 'trap-and-emulate') counters.silentMisbehaviours++;
  else if (technique !== 'hardware') counters.rewrittenInstructions++;
  return technique === 'hardware';
}

/** An instruction that has nothing to do with tables: whether it exits is the same under every strategy with a VMM. */
export function executeInGuest(platform: Platform, instruction: Instruction): void {
  const { vcpu, counters, technique } = platform;
  const { name, operand } = instruction;
  if (isSensitive(name) && !runsAsItIs(counters, technique)) return;
  const cause = vcpu!.execute(instruction);
  if (cause !== null) roundTrip(platform, cause, { operand, write: name === 'apicWrite' });
}

/** The tags of a guest when it begins: VPID 0 where there are no tags. */
export function enterGuest(platform: Platform, eptp: number, pcid = 0): void {
  if (platform.machine.taggedTlb) enterAnew(platform, { pcid, eptp });
  else platform.tlb.enter({ vpid: 0, pcid, eptp });
}

function enterAnew({ tlb, asid: guest }: Platform, { pcid, eptp }: Pick<Context, 'pcid' | 'eptp'>): void {
  const { asid, wrapped } = guest.take();
  if (wrapped) tlb.remove(INVALIDATIONS.tlbControlAll());
  tlb.enter({ vpid: asid, pcid, eptp }, true);
}

/** The host's timer ends the guest's slice. */
export function endSlice(platform: Platform): void {
  leaveGuest(platform, 'sliceEnd');
}

/** The guest's turn on a processor that others have used meanwhile: its state is loaded as one, tags included. */
export function resumeGuest(platform: Platform): void {
  const { tlb, asid } = platform;
  if (asid.isExpired) enterAnew(platform, tlb.context);
  else tlb.enter(tlb.context);
}

/**
 * The VMM, after an exit, removes the guest's translations. Without tags they are gone already; a processor that can empties their ASID.
 * Others leave two ways (`vmm.guestFlush`): a new ASID, or TLB_CONTROL 1, which empties all ASIDs, those of other guests too.
 */
export function emptyGuest(platform: Platform): void {
  emptyThisProcessor(platform);
  platform.emptyOthers?.();
}

/** The same, of the virtual processor alone that runs. */
export function emptyThisProcessor(platform: Platform): void {
  const { tlb, machine, policy } = platform;
  const { context } = tlb;
  if (context.vpid === 0) return;
  if (machine.flushByAsid) return tlb.remove(INVALIDATIONS.invvpidContext(context, context.vpid));
  if (policy.guestFlush === 'all-asids') return tlb.remove(INVALIDATIONS.tlbControlAll());
  enterAnew(platform, context);
}

/** MOV to CR3 by a guest whose tables the hardware walks itself. */
export function loadCr3({ walker, tlb }: Platform, rootFrame: number, pcid: number, keep: boolean): void {
  walker.guest.root = rootFrame;
  enterPcid({ tlb }, pcid);
  tlb.remove(INVALIDATIONS.cr3Write(tlb.context, pcid, keep));
}

export function enterPcid({ tlb }: Pick<Platform, 'tlb'>, pcid: number): void {
  if (tlb.context.pcid !== pcid) tlb.enter({ ...tlb.context, pcid });
}

/** Loads the PDPTE registers of a PAE guest, for whom the load is part of MOV to CR3. */
export function loadPdptes({ walker, counters }: Platform): WalkStatus {
  const status = walker.loadPdptes();
  if (status === WALK.ok) counters.pdpteLoads++;
  else if (status === WALK.generalProtection) throw new ModelError('the guest loads an illegal PDPTE');
  return status;
}

/** MOV to CR3 in the VMM's own view of the guest: of a PAE guest it has the PDPTEs, too. */
export function loadGuestRoot(software: Walker, rootFrame: number): void {
  software.guest.root = rootFrame;
  if (software.guest.format === pae && software.loadPdptes() !== WALK.ok)
    throw new ModelError('the guest loads an illegal PDPTE');
}

/** Why a guest cannot have shadow tables here; null where it can. */
export function unlessWideEntries({ guest }: RunConfig): string | null {
  if (guest.mode !== 'none' && FORMATS[guest.mode].entryBytes === 8) return null;
  return `shadow tables of a guest of mode ${guest.mode} are not modelled`;
}

/** Why a guest cannot have shadow tables that go on in its own. */
export function unlessLongMode({ guest }: RunConfig): string | null {
  if (guest.mode === '4level' || guest.mode === '5level') return null;
  return `shadow tables of a guest of mode ${guest.mode} are not modelled`;
}
