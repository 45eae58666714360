/**
 * The virtual processors of one machine: each has registers, tags and a VMCS or VMCB of its own, and runs on a processor of its own or has one
 * with the others by turns (`vmm.vcpus`). A trace says in which order its threads ran, and is replayed in that order.
 *
 * A shootdown is Linux's: the sender writes its APIC's interrupt command register, once for each cluster of 16 targets in x2APIC mode, and
 * waits; each target takes the interrupt, flushes and signals its end. Both registers are MSRs, which exit as the controls say. A target
 * that runs leaves the guest for the interrupt; one that does not gets it when its turn has come, for which the sender's turn has to end.
 * With KVM's paravirtual flush (`KVM_FEATURE_PV_TLB_FLUSH`, Linux `arch/x86/kernel/kvm.c`, kvm_flush_tlb_multi) such a target gets none: the
 * VMM empties it at its next entry.
 */
import type { Counters } from '../counters/counters.js';
import type { Processors } from '../guest/processors.js';
import type { Tlb } from '../mmu/spine.js';
import type { TranslationCaches } from '../mmu/translation-caches.js';
import { emptyThisProcessor, endSlice, enterGuest, resumeGuest } from '../paging/hardware.js';
import type { PagingStrategy, Platform } from '../paging/strategy.js';
import type { GuestAsid } from '../vmm/asids.js';
import type { Vcpu } from '../vmm/vcpu.js';
import type { Processor } from './processor.js';

/** Interrupt command and end of interrupt: Intel SDM vol. 3A, table 11-6. */
const ICR = 0x830;
const EOI = 0x80b;
/** Targets that one write to the former reaches. */
const CLUSTER = 16;

export interface VirtualProcessor {
  readonly on: Processor<Tlb>;
  readonly caches: TranslationCaches;
  readonly vcpu: Vcpu | null;
  readonly asid: GuestAsid;
}

type State = VirtualProcessor & { started: boolean; owesFlush: boolean };

export class VirtualProcessors implements Processors {
  current = 0;
  private readonly all: readonly State[];
  private readonly byTurns: boolean;

  constructor(
    all: readonly VirtualProcessor[],
    private readonly platform: { -readonly [key in keyof Platform]: Platform[key] },
    private readonly strategy: PagingStrategy,
    private readonly counters: Counters,
  ) {
    this.all = all.map((one, at) => ({ ...one, started: at === 0, owesFlush: false }));
    this.byTurns = all.length > 1 && all[0]!.on === all[1]!.on;
    if (all.length === 1) return;
    platform.emptyOthers = () => this.emptyOthers();
    resumeGuest(platform); // the first one: the others were made after it
  }

  get count(): number {
    return this.all.length;
  }

  use(processor: number): void {
    if (processor === this.current) return;
    if (this.byTurns) endSlice(this.platform);
    this.enter(processor);
  }

  interrupt(targets: readonly number[], work: () => void): void {
    const sender = this.current;
    this.counters.shootdowns++;
    if (this.byTurns && this.platform.policy.pvTlbFlush) {
      for (const target of targets) this.all[target]!.owesFlush = true;
      this.counters.deferredFlushes += targets.length;
      return;
    }
    for (let first = 0; first < targets.length; first += CLUSTER)
      this.strategy.execute({ name: 'wrmsr', operand: ICR });
    if (this.byTurns) this.counters.shootdownWaits++;
    for (const target of targets) {
      this.use(target);
      if (!this.byTurns) this.strategy.execute({ name: 'interrupt', operand: null });
      work();
      this.strategy.execute({ name: 'wrmsr', operand: EOI });
    }
    this.use(sender);
  }

  /** The VMM has taken entries from tables that all of them walk: who runs is made to leave the guest, the others are emptied when entered. */
  private emptyOthers(): void {
    const { current } = this;
    for (const [at, one] of this.all.entries()) {
      if (at === current || !one.started) continue;
      if (this.byTurns) {
        one.owesFlush = true;
        continue;
      }
      this.enter(at);
      this.strategy.execute({ name: 'interrupt', operand: null });
      emptyThisProcessor(this.platform);
    }
    this.enter(current);
  }

  private enter(at: number): void {
    if (at === this.current) return;
    const { platform } = this;
    const { eptp } = platform.tlb.context;
    const next = this.all[at]!;
    this.current = at;
    platform.tlb = next.caches;
    platform.vcpu = next.vcpu;
    platform.asid = next.asid;
    next.on.equip(platform.walker);
    if (next.started) resumeGuest(platform);
    else enterGuest(platform, eptp);
    next.started = true;
    if (next.owesFlush) emptyThisProcessor(platform);
    next.owesFlush = false;
  }
}
