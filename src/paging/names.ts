/** Names and titles of the paging strategies, in the order of tables: here, so that they can be shown without loading the MMU. */
export const STRATEGY_TITLES = {
  native: 'bare metal',
  shadow: 'shadow paging, leaf tables go out of sync (as under KVM)',
  vtlb: 'shadow paging, a virtual TLB: nothing protected, emptied at CR3 writes',
  'write-protect': 'shadow paging, each write to a shadowed table exits (the textbook, an upper bound)',
  nested: 'nested paging',
  'nested-uncached': 'nested paging without walk caches and nested TLB (an upper bound of what walks cost)',
  agile: 'agile paging: each walk begins in shadow tables and goes on in nested ones where tables change often',
  selective: 'the whole machine under shadow or nested paging, whichever suited it better in the interval before',
  direct: 'paravirtual: the hardware walks tables of the guest that the VMM has checked (Xen)',
} as const;

/** Name of a strategy: a key of the registry of strategies. */
export type StrategyName = keyof typeof STRATEGY_TITLES;
export const STRATEGY_NAMES = Object.keys(STRATEGY_TITLES) as readonly StrategyName[];

/** Ways in which a hypervisor in a virtual machine may page: for the guest of a guest. */
export const STACKED_TITLES = {
  'shadow-on-shadow': 'a guest of a guest: shadow paging in both VMMs',
  'shadow-on-nested': 'a guest of a guest: shadow paging on nested paging',
  'nested-on-nested': 'a guest of a guest: nested paging, whose tables the VMM below merges with its own',
  'three-dimensional': 'a guest of a guest: tables of all three levels walked by hardware that nobody has built',
  'pvm-on-nested': 'a guest of a guest: paravirtual shadow paging that the VMM below never sees (PVM)',
} as const;

/** Name of a way to page for the guest of a guest. */
export type StackedName = keyof typeof STACKED_TITLES;

/** There to be compared with; no VMM would choose them. */
export const BOUNDS: readonly string[] = ['nested-uncached'] satisfies readonly StrategyName[];

/** Those that are compared unless others are asked for. */
export const DEFAULT_STRATEGIES = [
  'native',
  'shadow',
  'write-protect',
  'nested',
] as const satisfies readonly StrategyName[];
