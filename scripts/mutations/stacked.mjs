/** Faults where a hypervisor runs in a virtual machine, and where virtual machines share a processor. */
export const IN_STACKED = {
  'src/paging/stacked/nested-on-nested.ts': {
    tests: ['stacked'],
    faults: [
      [
        'enter: () => merged.enterNested(nestedRoot)',
        'enter: () => undefined',
        'merged tables out of sync are not brought back',
      ],
      [
        'if (flush) tlb.remove(INVALIDATIONS.tlbControlAll());',
        '',
        'what leaves the merged tables stays in the caches',
      ],
    ],
  },
  'src/paging/stacked/levels.ts': {
    tests: ['stacked'],
    faults: [['if (vcpu.left) enter();', '', 'L0 is not told that L1 enters L2']],
  },
  'src/vmm/hypervisors/hypervisor.ts': {
    tests: ['stacked'],
    faults: [['...(handlers[cause] ?? []), ', '', 'handlers execute nothing of their own']],
  },
  'src/vmm/hypervisors/kvm-svm.ts': {
    tests: ['stacked'],
    faults: [
      ['...(vls && npt ?', '...(vls ?', 'VMLOAD is virtual without nested paging'],
      ["{ does: 'clgi' }, { does: 'vmload' }", "{ does: 'clgi' }", 'the guest state of an L2 is not loaded'],
    ],
  },
  'src/vmm/hypervisors/kvm-vmx.ts': {
    tests: ['stacked'],
    faults: [['    ...accesses.writes.map(writes),\n', '', 'a handler writes no fields']],
  },
  'src/vmm/asids.ts': {
    tests: ['several'],
    faults: [['      this.generation++;\n', '', 'an ASID outlives its generation']],
  },
};
