/** L2's paging: that of L1's VMM, which meets the hardware through L0. */
import type { ShadowPolicy } from '../../config/schema.js';
import type { Way } from '../../vmm/hypervisors/hypervisor.js';
import type { Instruction } from '../../vmm/instructions.js';
import type { NestedTables } from '../nested-tables.js';
import type { PagingStrategy, Platform, Translation } from '../strategy.js';
import { resume, type Below, type Blocks, type GuestHypervisor, type Levels } from './levels.js';
import type { OuterTables } from './outer-tables.js';

export interface StackOptions {
  /** null: L1 enters L2 without the hardware's virtualization (PVM). */
  readonly guest: GuestHypervisor | null;
  /** How a VMM with shadow tables goes about it, at each level. */
  readonly l0: ShadowPolicy;
  readonly l1: ShadowPolicy;
  readonly blocks?: Blocks;
  /** L1's nested tables, where they are not those of every VMM here. */
  readonly tables?: (l1: Platform) => NestedTables;
}

export class Stacked implements PagingStrategy {
  constructor(
    private readonly upper: PagingStrategy,
    readonly levels: Levels,
    private readonly below: Below,
    /** How L0 maps L1's memory. */
    readonly outer: OuterTables,
    /** Where L1's translation is not yet that of the machine. */
    private readonly toSystem: (translation: Translation) => Translation = (translation) => translation,
  ) {}

  get translation(): Translation {
    return this.toSystem(this.upper.translation);
  }

  get guestRoot(): number {
    return this.upper.guestRoot;
  }

  get details(): Readonly<Record<string, number>> {
    return { ...this.upper.details, reflectedExits: this.levels.vcpu.reflected };
  }

  translate(vpn: number, access: number): number {
    const outcome = this.upper.translate(vpn, access);
    resume(this.levels, this.below);
    return outcome;
  }

  guestFault(): void {
    this.upper.guestFault();
    resume(this.levels, this.below);
  }

  readWord(guestFrame: number, word: number): number {
    return this.upper.readWord(guestFrame, word);
  }

  writeEntry(guestFrame: number, index: number, low: number, high: number): void {
    this.upper.writeEntry(guestFrame, index, low, high);
    resume(this.levels, this.below);
  }

  presetEntry(guestFrame: number, index: number, low: number, high: number): void {
    this.upper.presetEntry(guestFrame, index, low, high);
  }

  cr3Write(rootFrame: number, pcid = 0, keep = false): void {
    this.upper.cr3Write(rootFrame, pcid, keep);
    resume(this.levels, this.below);
  }

  invlpg(vpn: number): void {
    this.upper.invlpg(vpn);
    resume(this.levels, this.below);
  }

  /** @param way who in L1 carries an exit out */
  execute(instruction: Instruction, way: Way = 'kernel'): void {
    const { vcpu } = this.levels;
    vcpu.way = way;
    this.upper.execute(instruction);
    vcpu.way = 'kernel';
    resume(this.levels, this.below);
  }
}
