/** The same counts of a replay and of a measurement, by name. */
import type { CellResult } from '../../run/cell-result.js';
import type { MeasuredRun } from './measured.js';

/** What can be compared, with the names that KVM has for it. */
export const COMPARED = {
  cr3Exits: '0x13 CR3 write',
  invlpgExits: '0x79 INVLPG',
  guestFaults: 'pf_guest',
  unsyncs: 'mmu_unsync_events',
  faultExits: 'pf_taken',
  fixedFaults: 'pf_fixed',
  emulatedWrites: 'pf_emulate',
  tlbFlushes: 'tlb_flush',
} as const;

export type ComparedName = keyof typeof COMPARED;
export type Counts = Readonly<Record<ComparedName, number>>;

export function modelled({ counters, exits }: CellResult): Counts {
  const hidden = exits.hiddenFault + exits.unsync + exits.adUpdate;
  return {
    cr3Exits: exits.cr3Write,
    invlpgExits: exits.invlpg,
    guestFaults: exits.guestFault,
    unsyncs: counters.unsyncs,
    faultExits: hidden + exits.guestFault + exits.tableWrite,
    fixedFaults: hidden - counters.spuriousFaults,
    emulatedWrites: exits.tableWrite,
    tlbFlushes: counters.tlbFlushes,
  };
}

/** null where the file does not have it. An exit code that is absent from a list of all exits has not been seen. */
export function measured(run: MeasuredRun, name: ComparedName): number | null {
  const key = COMPARED[name];
  if (key.startsWith('0x')) return run.by_svm_exit_code[key] ?? 0;
  const found = run[key];
  return typeof found === 'number' ? found : null;
}
