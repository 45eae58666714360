/** Replays a guest's workload as Xen ran it: paravirtual, with shadow tables, with nested ones. */
import type { ConfigInput } from '../../config/resolve.js';
import { xenHvmShadow } from '../../config/vmms/xen-hvm-shadow.js';
import { UsageError } from '../../errors.js';
import type { StrategyName } from '../../paging/index.js';
import type { TraceSource } from '../../trace/source.js';
import { replayPhases } from '../phases.js';
import { countsOf, type Domain } from './counters.js';

const XEN_SHADOW = Object.entries(xenHvmShadow.vmm).map(([knob, value]) => `vmm.${knob}=${value}`);

/** A guest of 256 MiB on the processor that was emulated. Xen's shadows have no large pages. */
const COMMON = ['guest.memoryMib=256'];
const DOMAINS: Readonly<Record<Domain, { readonly strategy: StrategyName; readonly input: ConfigInput }>> = {
  pv: { strategy: 'direct', input: { hostPages: '4k' } },
  shadow: { strategy: 'shadow', input: { hostPages: '4k', set: XEN_SHADOW } },
  hap: { strategy: 'nested', input: { hostPages: '2m' } },
};

export interface Replayed {
  /** Of the trace. */
  readonly name: string;
  readonly counts: Readonly<Record<string, number>>;
}

export async function replayXen(source: TraceSource, domain: Domain): Promise<Replayed> {
  const { strategy, input } = DOMAINS[domain];
  const choice = { machine: 'amd-zen4', ...input, set: [...COMMON, ...(input.set ?? [])] };
  const { name, work } = await replayPhases(source, strategy, choice, countsOf(domain));
  if (work === null)
    throw new UsageError(
      `${name}: found no stores to the marker pages 0x600d00001 and 0x600d00003; they begin and end the workload`,
    );
  return { name, counts: work };
}
