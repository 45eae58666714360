/** What a VM exit costs on AMD EPYC under KVM. */
import type { Costs } from '../schema.js';

export const epyc2020: Costs = {
  name: 'epyc-2020',
  source:
    'VMRUN entry to exit 1344 to 1376 cycles (kernel mailing list, Dec. 2020); CPUID in a plain AMD VM 1226 ns = 3310 cycles at 2.7 GHz (CVM_eval), less the hardware part',
  exitHardwareCycles: 1360,
  exitSoftwareCycles: 1950,
};
