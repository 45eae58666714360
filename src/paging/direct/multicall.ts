/**
 * How a paravirtual Linux packs hypercalls: calls wait in a buffer and are issued together, one alone as itself. Calls that can take more
 * entries grow while nothing else comes between. Linux 6.1 `arch/x86/xen/multicalls.c`, in our own words.
 */
import type { ExitCause } from '../../vmm/exits.js';
import type { DirectCounts } from './counts.js';

/** MC_BATCH: calls in the buffer; MC_ARGS: bytes for their arguments. */
const CALLS = 32;
const ARGUMENT_BYTES = CALLS * 16;

const BYTES = { mmuUpdate: 16, mmuextOp: 24, vaMappingUpdate: 0 } as const;
type Call = keyof typeof BYTES;

/** Entries that one mmu_update takes: the last of 32 would end exactly at the buffer's end, and does not fit. */
const FULL_UPDATE = ARGUMENT_BYTES / BYTES.mmuUpdate - 1;

export class Multicall {
  private calls: { readonly call: Call; entries: number }[] = [];
  private bytes = 0;

  constructor(
    private readonly exits: Record<ExitCause, number>,
    private readonly counts: DirectCounts,
  ) {}

  /** Adds a call, or an entry to the last one. */
  add(call: Call): void {
    const last = this.calls.at(-1);
    const fits = this.bytes + BYTES[call] < ARGUMENT_BYTES;
    if (last?.call === call && BYTES[call] > 0 && fits) last.entries++;
    else {
      if (this.calls.length === CALLS || !fits) this.issue();
      this.calls.push({ call, entries: 1 });
    }
    this.bytes += BYTES[call];
  }

  /** Calls the VMM, if anything waits. */
  issue(): void {
    const { calls, exits, counts } = this;
    this.calls = [];
    this.bytes = 0;
    for (const { call, entries } of calls) {
      if (call !== 'mmuUpdate') continue;
      counts.mmuUpdateEntries += entries;
      if (entries === 1) counts.singleUpdates++;
      if (entries === FULL_UPDATE) counts.fullUpdates++;
    }
    if (calls.length === 0) return;
    if (calls.length === 1) {
      exits[calls[0]!.call]++;
      return;
    }
    exits.multicall++;
    counts.multicallEntries += calls.length;
    counts.vaMappingsInMulticalls += calls.filter(({ call }) => call === 'vaMappingUpdate').length;
    counts.mmuextInMulticalls += calls.filter(({ call }) => call === 'mmuextOp').length;
  }
}
