/** Exits of a guest that is itself a hypervisor: the instructions of VT-x and AMD-V. Numbers as in exits.ts. */
import type { ExitDefinition } from './exits.js';

export const GUEST_HYPERVISOR_EXITS = {
  vmrun: svm(
    0x80,
    'VMRUN',
    'VMRUN of a guest hypervisor: the VMM merges the control structures and enters the guest of its guest',
  ),
  vmload: svm(0x82, 'VMLOAD', 'VMLOAD of a guest hypervisor, unless it is virtualized'),
  vmsave: svm(0x83, 'VMSAVE', 'VMSAVE of a guest hypervisor, unless it is virtualized'),
  stgi: svm(0x84, 'STGI', 'STGI of a guest hypervisor, unless GIF is virtualized'),
  clgi: svm(0x85, 'CLGI', 'CLGI of a guest hypervisor, unless GIF is virtualized'),
  invlpga: svm(0x7a, 'INVLPGA', 'INVLPGA of a guest hypervisor'),
  vmread: vmx(23, 'VMREAD', 'VMREAD of a guest hypervisor, of a field that is not shadowed'),
  vmwrite: vmx(25, 'VMWRITE', 'VMWRITE of a guest hypervisor, of a field that is not shadowed'),
  vmresume: vmx(
    24,
    'VMRESUME',
    'VMRESUME of a guest hypervisor: the VMM merges the control structures and enters the guest of its guest',
  ),
  vmptrld: vmx(21, 'VMPTRLD', 'VMPTRLD of a guest hypervisor'),
  vmclear: vmx(19, 'VMCLEAR', 'VMCLEAR of a guest hypervisor'),
  invept: vmx(50, 'INVEPT', 'INVEPT of a guest hypervisor'),
  invvpid: vmx(53, 'INVVPID', 'INVVPID of a guest hypervisor'),
} as const satisfies Record<string, ExitDefinition>;

function svm(code: number, name: string, definition: string): ExitDefinition {
  return { vmx: null, svm: { code, name: `VMEXIT_${name}` }, memory: false, definition };
}

function vmx(number: number, name: string, definition: string): ExitDefinition {
  return { vmx: { number, name }, svm: null, memory: false, definition };
}
