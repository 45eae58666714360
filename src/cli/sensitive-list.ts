/** The 18 sensitive instructions in words: what becomes of each in every way to run a guest kernel. */
import {
  fateOf,
  GUEST_MODES,
  SENSITIVE_INSTRUCTIONS,
  type GuestMode,
  type SensitiveInstruction,
  type SensitiveName,
} from '../vmm/sensitive-instructions.js';
import type { Listed } from './listed.js';

export function sensitiveInstructions(): Listed[] {
  return (Object.keys(SENSITIVE_INSTRUCTIONS) as SensitiveName[]).map((name) => {
    const { group, why, vmx, vmxOtherwise, svm }: SensitiveInstruction = SENSITIVE_INSTRUCTIONS[name];
    const modes = Object.keys(GUEST_MODES) as GuestMode[];
    const fates = Object.fromEntries(modes.map((mode) => [mode, fateOf(name, mode)]));
    const exit = vmx === null ? 'no exit' : `exits with reason ${vmx.number}, ${vmx.name}`;
    return {
      row: {
        name,
        group,
        'ring compression': fateOf(name, 'ringCompression'),
        'VT-x': fateOf(name, 'vmx'),
        '+ descriptor exiting': vmx === null ? fateOf(name, 'vmxDescriptorExiting') : `exits, ${vmx.number}`,
        'AMD-V': svm === null ? fateOf(name, 'svm') : `exits, ${svm}`,
        why,
      },
      sheet: {
        name,
        group,
        why,
        ...Object.fromEntries(modes.map((mode) => [GUEST_MODES[mode], fateOf(name, mode)])),
        'VT-x without an exit': vmxOtherwise,
        'VT-x, descriptor-table exiting': exit,
        'AMD-V intercept': svm ?? 'none',
      },
      json: { name, group, why, fates, vmx, vmxOtherwise, svm },
    };
  });
}
