/** What is compared in a run: a strategy, or a named VMM, which is a strategy with settings of its own. */
import { oneOf } from '../config/names.js';
import { vmmSchema, type RunConfig, type ShadowPolicy } from '../config/schema.js';
import { VMMS } from '../config/vmms/index.js';
import type { VmmPreset } from '../config/vmms/vmm.js';
import { definitionOf, STRATEGY_NAMES, type AnyStrategy } from '../paging/index.js';
import { STACKED_TITLES, type StackedName } from '../paging/names.js';
import { refusedControls } from './vcpu.js';

export interface Contender {
  /** As it was asked for: it names the row. */
  readonly name: string;
  readonly strategy: AnyStrategy;
  readonly config: RunConfig;
  /** Why it cannot be run honestly; null where it can. */
  readonly excluded: string | null;
  /** What the manuals refuse in its controls. */
  readonly refused: readonly string[];
}

const STRATEGIES: readonly AnyStrategy[] = [...STRATEGY_NAMES, ...(Object.keys(STACKED_TITLES) as StackedName[])];
export const CONTENDER_NAMES: readonly string[] = [...STRATEGIES, ...Object.keys(VMMS)];

export function contender(name: string, base: RunConfig): Contender {
  const preset: VmmPreset | undefined = Object.hasOwn(VMMS, name) ? VMMS[name as keyof typeof VMMS] : undefined;
  const strategy = preset?.strategy ?? oneOf(STRATEGIES, name, 'strategy');
  const config = preset === undefined ? base : { ...base, vmm: withSettings(base.vmm, preset.vmm) };
  const excluded = misfit(preset, config) ?? oneProcessor(strategy, config) ?? definitionOf(strategy).excluded(config);
  return { name, strategy, config, excluded, refused: excluded === null ? refusedControls(config, strategy) : [] };
}

function misfit(preset: VmmPreset | undefined, { machine }: RunConfig): string | null {
  if (preset?.nested === undefined || preset.nested === machine.nested?.kind) return null;
  return `${preset.name} needs ${preset.nested.toUpperCase()}; ${machine.name} has ${machine.nested?.kind.toUpperCase() ?? 'no nested paging'}`;
}

function oneProcessor(strategy: AnyStrategy, { guest }: RunConfig): string | null {
  const { severalProcessors = false } = definitionOf(strategy);
  if (guest.vcpus === 1 || severalProcessors) return null;
  return `a guest of several processors under ${strategy} is not modelled`;
}

const DEFAULTS = vmmSchema.parse({});

/** Settings of a preset, where the configuration has the default. */
function withSettings(vmm: ShadowPolicy, { controls = {}, ...rest }: VmmPreset['vmm']): ShadowPolicy {
  return {
    ...settled(vmm, DEFAULTS, rest),
    controls: settled(vmm.controls, DEFAULTS.controls, controls),
  };
}

function settled<T extends object>(configured: T, defaults: T, preset: Partial<T>): T {
  const entries = Object.entries(preset).filter(([key]) => {
    const at = key as keyof T;
    return JSON.stringify(configured[at]) === JSON.stringify(defaults[at]);
  });
  return { ...configured, ...Object.fromEntries(entries) };
}
