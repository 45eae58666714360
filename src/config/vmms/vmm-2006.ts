/** The first VMMs on VT-x: traces on all guest tables, no help with the task priority. */
import type { VmmPreset } from './vmm.js';

export const vmm2006: VmmPreset = {
  name: 'vmm-2006',
  title: 'a first VMM on VT-x: every write to a shadowed table exits, every task-priority access too',
  strategy: 'write-protect',
  vmm: { controls: { tprShadow: false, apicAccessPage: false } },
  source: 'Adams & Agesen, ASPLOS 2006, 5 (traces on guest page tables); Intel SDM vol. 3D, A.3.2 (forced exits)',
};
