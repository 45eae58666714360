/** The ways in which paging of two levels is stacked, as strategies for L2. */
import { FORMATS } from '../../memory/formats/index.js';
import { belowSvm, kvmSvm, kvmSvmControls } from '../../vmm/hypervisors/kvm-svm.js';
import { belowVmx, kvmVmx } from '../../vmm/hypervisors/kvm-vmx.js';
import { unlessLongMode } from '../hardware.js';
import type { StackedName } from '../names.js';
import type { PagingStrategy, Platform, StrategyDefinition } from '../strategy.js';
import type { GuestHypervisor } from './levels.js';
import { nestedOnNested } from './nested-on-nested.js';
import { shadowOnNested } from './shadow-on-nested.js';
import { shadowOnShadow } from './shadow-on-shadow.js';
import type { StackOptions } from './stacked.js';
import { ThreeDimensional } from './three-dimensional.js';

type Excluded = StrategyDefinition['excluded'];

/** KVM at both levels, with what the processor has for a hypervisor in a virtual machine. */
const kvmOnKvm =
  (npt: boolean) =>
  ({ machine: { vendor, virtualization } }: Platform): GuestHypervisor => {
    const { vmcsShadowing, virtualGif: vgif, virtualVmload: vls } = virtualization;
    return vendor === 'intel'
      ? { hypervisor: kvmVmx, below: belowVmx({ shadowing: vmcsShadowing, enlightened: false }) }
      : { hypervisor: kvmSvm, below: belowSvm(kvmSvmControls({ npt, vgif, vls })) };
  };

const needsNested: Excluded = (config) =>
  unlessLongMode(config) ?? (config.machine.nested === null ? `${config.machine.name} has no nested paging` : null);

const needsMerging: Excluded = (config) =>
  needsNested(config) ??
  (config.host.mode === '4level' ? null : `nested tables of mode ${config.host.mode} are not merged`);

/**
 * Merged tables are shadow tables, which are long-mode tables; so where L1's are those of EPT, they are taken to have that format too. Both have
 * four levels of 512 entries, so neither exits nor references depend on it; accessed and dirty bits are there where an older EPT has none.
 */
function mergeable(platform: Platform): Platform {
  return platform.nestedFormat.readWriteExecute ? { ...platform, nestedFormat: FORMATS['4level'] } : platform;
}

function stacked(
  source: string,
  keeps: StrategyDefinition['keeps'],
  excluded: Excluded,
  guestOf: (platform: Platform) => GuestHypervisor | null,
  build: (platform: Platform, options: StackOptions) => PagingStrategy,
): StrategyDefinition {
  const walks = keeps.some((tables) => tables === 'shadow') ? 'shadow' : 'guest';
  const create = (platform: Platform) =>
    build(platform, { guest: guestOf(platform), l0: platform.policy, l1: platform.policy });
  return { source, walks, virtualized: true, keeps, excluded, create };
}

const TURTLES = 'Ben-Yehuda et al., OSDI 2010; Linux 6.1 arch/x86/kvm';

export const STACKED = {
  'shadow-on-shadow': stacked(TURTLES, ['shadow'], unlessLongMode, kvmOnKvm(false), shadowOnShadow),
  'shadow-on-nested': stacked(TURTLES, ['shadow'], needsNested, kvmOnKvm(true), shadowOnNested),
  'nested-on-nested': stacked(TURTLES, ['nested'], needsMerging, kvmOnKvm(true), (platform, options) =>
    nestedOnNested(mergeable(platform), options),
  ),
  'three-dimensional': stacked(
    'what if: no processor',
    ['nested'],
    needsMerging,
    kvmOnKvm(true),
    (platform, options) => new ThreeDimensional(platform, options),
  ),
  'pvm-on-nested': stacked('PVM, SOSP 2023', ['shadow'], needsNested, () => null, shadowOnNested),
} as const satisfies Record<StackedName, StrategyDefinition>;
