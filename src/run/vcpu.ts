/** The virtual processor of a configuration, and the controls that no processor, or no VMM, can have. */
import type { Machine } from '../config/machine-schema.js';
import type { RunConfig } from '../config/schema.js';
import { definitionOf, type AnyStrategy } from '../paging/index.js';
import type { StrategyDefinition } from '../paging/strategy.js';
import type { Setup } from '../vmm/setup.js';
import { svmControls, svmViolations } from '../vmm/svm-controls.js';
import { SvmVcpu } from '../vmm/svm-vcpu.js';
import type { Vcpu } from '../vmm/vcpu.js';
import { vmxControls, vmxViolations } from '../vmm/vmx-controls.js';
import { VmxVcpu } from '../vmm/vmx-vcpu.js';

type Vmm = Pick<StrategyDefinition, 'keeps' | 'filtersFaults'>;

export function vcpuOf(config: RunConfig, vmm: Vmm): Vcpu {
  const { machine } = config;
  const setup = setupOf(config, vmm);
  return machine.vendor === 'intel' ? new VmxVcpu(setup) : new SvmVcpu(setup, machine.nested !== null);
}

/** What is wrong with the controls of a strategy, each as key, and the rule of the manual; empty where nothing is. */
export function refusedControls(config: RunConfig, strategy: AnyStrategy): string[] {
  const definition = definitionOf(strategy);
  const { virtualized, keeps } = definition;
  if (!virtualized || keeps.length === 0) return [];
  const { controls } = config.vmm;
  const setup = setupOf(config, definition);
  const shadow = keeps.some((tables) => tables === 'shadow');
  const refused: string[] = [];
  for (const key of ['cr3Load', 'cr3Store', 'invlpg'] as const) {
    if (shadow && controls[key] === false) refused.push(`vmm.controls.${key}: found false; ${NEEDED}`);
    if (!shadow && controls[key] === true)
      refused.push(`vmm.controls.${key}: found true; ${UNUSED[config.machine.vendor]}`);
  }
  if (shadow && definition.filtersFaults === true) refused.push(...refusedPolicy(config));
  const rules = violations(config.machine, setup);
  return [...refused, ...rules.map((rule) => `vmm.controls.tag: found ${controls.tag}; ${rule}`)];
}

/** What a VMM with shadow tables wants and the processor has not. */
function refusedPolicy({ machine, vmm }: RunConfig): string[] {
  const { pfecFilter, cr3Targets, dirtyBits } = vmm;
  const refused: string[] = [];
  if (pfecFilter && machine.vendor === 'amd')
    refused.push(
      'vmm.pfecFilter: found true; AMD-V intercepts page faults whatever their error code (AMD APM vol. 2, 15.12)',
    );
  else if (pfecFilter && machine.paging.maxPhyAddr >= 52)
    refused.push(
      `vmm.pfecFilter: found true; entries of ${machine.name} have no reserved address bits, which would tell the faults apart`,
    );
  if (cr3Targets > 0 && machine.vendor === 'amd')
    refused.push(`vmm.cr3Targets: found ${cr3Targets}; AMD-V has no CR3-target values: 0`);
  if (dirtyBits === 'hardware' && machine.nested === null)
    refused.push(
      `vmm.dirtyBits: found hardware; ${machine.name} has no nested tables to find the guest's entries by: exit`,
    );
  return refused;
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

export function setupOf({ machine, vmm }: RunConfig, { keeps, filtersFaults = false }: Vmm): Setup {
  return {
    shadow: keeps.some((tables) => tables === 'shadow'),
    nested: keeps.some((tables) => tables === 'nested'),
    timer: keeps.length > 1,
    faultFilter: filtersFaults && vmm.pfecFilter,
    tagged: machine.taggedTlb,
    wanted: vmm.controls,
    features: machine.virtualization,
  };
}
