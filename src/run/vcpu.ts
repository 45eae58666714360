/** The virtual processor of a configuration, and the controls that no processor, or no VMM, can have. */
import type { Machine } from '../config/machine-schema.js';
import type { RunConfig } from '../config/schema.js';
import { STRATEGIES, type StrategyName } from '../paging/index.js';
import type { Setup } from '../vmm/setup.js';
import { svmControls, svmViolations } from '../vmm/svm-controls.js';
import { SvmVcpu } from '../vmm/svm-vcpu.js';
import type { Vcpu } from '../vmm/vcpu.js';
import { vmxControls, vmxViolations } from '../vmm/vmx-controls.js';
import { VmxVcpu } from '../vmm/vmx-vcpu.js';

type Keeps = (typeof STRATEGIES)[StrategyName]['keeps'];

/** @param keeps tables that the VMM keeps */
export function vcpuOf(config: RunConfig, keeps: Keeps): Vcpu {
  const { machine } = config;
  const setup = setupOf(config, keeps);
  return machine.vendor === 'intel' ? new VmxVcpu(setup) : new SvmVcpu(setup, machine.nested !== null);
}

/** What is wrong with the controls of a strategy, each as key, and the rule of the manual; empty where nothing is. */
export function refusedControls(config: RunConfig, strategy: StrategyName): string[] {
  const { virtualized, keeps } = STRATEGIES[strategy];
  if (!virtualized || keeps.length === 0) return [];
  const { controls } = config.vmm;
  const setup = setupOf(config, keeps);
  const shadow = keeps.some((tables) => tables === 'shadow');
  const refused: string[] = [];
  for (const key of ['cr3Load', 'cr3Store', 'invlpg'] as const) {
    if (shadow && controls[key] === false) refused.push(`vmm.controls.${key}: found false; ${NEEDED}`);
    if (!shadow && controls[key] === true)
      refused.push(`vmm.controls.${key}: found true; ${UNUSED[config.machine.vendor]}`);
  }
  const rules = violations(config.machine, setup);
  return [...refused, ...rules.map((rule) => `vmm.controls.tag: found ${controls.tag}; ${rule}`)];
}

const NEEDED =
  'with shadow tables the VMM must see each change of CR3 and each INVLPG (Intel SDM vol. 3C, "Virtual TLB": CR3-load, CR3-store and INVLPG exiting are 1)';
const UNUSED = {
  intel:
    'with "enable EPT" the guest has CR3 and INVLPG to itself (Intel SDM vol. 3C, 29.3): these controls belong to shadow tables',
  amd: 'with NP_ENABLE the guest has CR3 and INVLPG to itself (AMD APM vol. 2, 15.25.4): these intercepts belong to shadow tables',
} as const;

function violations(machine: Machine, setup: Setup): string[] {
  if (machine.vendor === 'intel')
    return vmxViolations(vmxControls(setup)).map((rule) => `${rule} (Intel SDM vol. 3C, 27.2.1.1)`);
  return svmViolations(svmControls(setup), machine.nested !== null).map((rule) => `${rule} (AMD APM vol. 2, 15.5.1)`);
}

export function setupOf({ machine, vmm }: RunConfig, keeps: Keeps): Setup {
  return {
    shadow: keeps.some((tables) => tables === 'shadow'),
    nested: keeps.some((tables) => tables === 'nested'),
    timer: keeps.length > 1,
    tagged: machine.taggedTlb,
    wanted: vmm.controls,
    features: machine.virtualization,
  };
}
