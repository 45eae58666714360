/**
 * What a hypervisor is given of the processor's virtualization, by the names of KVM's module parameters and of CPUID. L1 has no more than
 * KVM at L0 offers: Linux 6.1 `arch/x86/kvm/svm/svm.c`, svm_set_cpu_caps and svm_hardware_setup.
 */
import { oneOf } from '../../config/names.js';
import { UsageError } from '../../errors.js';

/** Each feature: whether KVM offers it to L1 where L0 has it, and what it is. The last three are VT-x's, npt is both vendors', the others AMD-V's. */
const FEATURES = {
  npt: { offered: true, is: 'nested paging; under VT-x, EPT' },
  vgif: { offered: true, is: 'virtual GIF: STGI and CLGI of a guest do not exit' },
  vls: { offered: true, is: 'virtual VMLOAD and VMSAVE, with nested paging only' },
  nrips: { offered: true, is: 'next-RIP saving: without it KVM decodes the instruction, at no exit' },
  flushbyasid: { offered: false, is: 'flush by ASID: without it KVM takes another ASID, at no exit' },
  decodeassists: { offered: false, is: 'decode assists: without them KVM fetches the instruction, at no exit' },
  avic: { offered: false, is: "the guest's APIC by the processor: not while a guest of the guest runs" },
  lbrv: { offered: true, is: 'virtual last-branch records: DEBUGCTL is intercepted nevertheless' },
  vmcbclean: { offered: true, is: 'clean bits: loads of VMRUN are spared, no exits' },
  pausefilter: { offered: true, is: 'PAUSE loops exit: none of the events has one' },
  tscratemsr: { offered: true, is: 'TSC scaling' },
  vmx: { offered: true, is: 'VT-x instead of AMD-V, at both levels' },
  shadowing: { offered: false, is: 'VMCS shadowing: VMREAD and VMWRITE of the fields that KVM shadows do not exit' },
  evmcs: { offered: false, is: 'enlightened VMCS: VMREAD and VMWRITE are none' },
} as const satisfies Record<string, { readonly offered: boolean; readonly is: string }>;

type Feature = keyof typeof FEATURES;
export type FeatureSet = Readonly<Record<Feature, boolean>>;

const NAMES = Object.keys(FEATURES) as Feature[];

const VT_X: readonly Feature[] = ['vmx', 'shadowing', 'evmcs'];

/** As the measured machine: nested paging and nothing else. */
export const MEASURED: FeatureSet = {
  ...(Object.fromEntries(NAMES.map((name) => [name, false])) as FeatureSet),
  npt: true,
};

/** @param text such as `npt=0,vgif=1` @param option named in complaints */
export function parseFeatures(text: string, option: string): FeatureSet {
  const given = text.split(',').map((part): [Feature, boolean] => {
    const [name = '', value, ...more] = part.split('=');
    const feature = oneOf(NAMES, name.trim(), `feature of ${option}`);
    if (more.length > 0 || (value !== '0' && value !== '1'))
      throw new UsageError(`${option}: found '${part}'; expected ${feature}=0 or ${feature}=1`);
    return [feature, value === '1'];
  });
  const names = given.map(([name]) => name);
  const twin = names.find((name, at) => names.indexOf(name) < at);
  if (twin !== undefined) throw new UsageError(`${option}: found ${twin} twice`);
  const features: FeatureSet = { ...MEASURED, ...Object.fromEntries(given) };
  const strange = NAMES.find((name) => features[name] && name !== 'npt' && VT_X.includes(name) !== features.vmx);
  if (strange !== undefined)
    throw new UsageError(`${option}: found ${strange}=1, which is ${features.vmx ? "AMD-V's" : "VT-x's: needs vmx=1"}`);
  return features;
}

/** What KVM makes of what it is asked for: virtual VMLOAD and VMSAVE go with nested paging. */
export function usable(features: FeatureSet): FeatureSet {
  return { ...features, vls: features.vls && features.npt };
}

/** What L1 can use: KVM loads without a word where the processor lacks what it was asked for. */
export function offered(l0: FeatureSet, asked: FeatureSet): FeatureSet {
  const has = usable(l0);
  const kept = NAMES.map((name) => [name, asked[name] && has[name] && FEATURES[name].offered]);
  return usable({ ...(Object.fromEntries(kept) as FeatureSet), vmx: l0.vmx });
}
