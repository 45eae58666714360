/** What an operator can choose for a fleet: how guests' addresses are translated. */
import type { Machine } from '../config/machine-schema.js';
import type { Host } from './fleet.js';
import { GUEST_PAGES, HOST_PAGES } from './page-sizes.js';

export const PAGINGS = ['shadow', 'nested', 'agile'] as const;

export interface Configuration {
  readonly paging: (typeof PAGINGS)[number];
  readonly hostPages: (typeof HOST_PAGES)[number];
  readonly guestPages: (typeof GUEST_PAGES)[number];
  /** The host is itself a virtual machine. */
  readonly nestedVirtualization: boolean;
  /** ASIDs or VPIDs are used: an exit does not empty the TLBs. */
  readonly tags: boolean;
}

export function nameOf({ paging, hostPages, guestPages, nestedVirtualization, tags }: Configuration): string {
  return [
    `${paging}, host ${hostPages}, guest ${guestPages}`,
    ...(nestedVirtualization ? ['in a virtual machine'] : []),
    ...(tags ? [] : ['no tags']),
  ].join(', ');
}

/** All kinds of paging and pages, the rest as now; then each thing of the rest changed alone. */
export function configurations(now: Configuration): Configuration[] {
  const pages = PAGINGS.flatMap((paging) =>
    HOST_PAGES.flatMap((hostPages) =>
      GUEST_PAGES.map((guestPages): Configuration => ({ ...now, paging, hostPages, guestPages })),
    ),
  );
  return [...pages, { ...now, tags: !now.tags }, { ...now, nestedVirtualization: !now.nestedVirtualization }];
}

const AXES = ['paging', 'hostPages', 'guestPages', 'nestedVirtualization', 'tags'] as const;

/** In how many things two differ. */
export function changes(one: Configuration, other: Configuration): number {
  return AXES.filter((axis) => one[axis] !== other[axis]).length;
}

/** Why a processor cannot do it; null: it can. Agile paging is a proposal: no processor does it. */
export function obstacle({ paging, hostPages, tags }: Configuration, machine: Machine): string | null {
  if (paging !== 'shadow' && machine.nested === null) return 'the processor has no nested paging';
  if (hostPages === '1g' && !machine.paging.page1g) return 'the processor has no pages of 1 GiB';
  if (tags && !machine.taggedTlb) return 'the TLB has no tags for virtual machines';
  return null;
}

/** The same of a host, which may have no memory for large pages. */
export function obstacleOn(
  configuration: Configuration,
  { machine, hugePercent }: Pick<Host, 'machine' | 'hugePercent'>,
): string | null {
  if (configuration.hostPages !== '4k' && hugePercent.high === 0)
    return obstacle(configuration, machine) ?? 'hugePercent is 0: no memory for large pages';
  return obstacle(configuration, machine);
}

/** Whether one could buy it. */
export function isOnSale({ paging }: Configuration): boolean {
  return paging !== 'agile';
}

/** The pages that a TLB entry stands for: the smaller of both. */
export function effectivePages({ guestPages, hostPages }: Pick<Configuration, 'guestPages' | 'hostPages'>) {
  return guestPages === 'thp' && hostPages !== '4k' ? ('2m' as const) : ('4k' as const);
}

/** As it is now, or as near to that as a host comes. */
export function nearest(
  now: Configuration,
  {
    machine: {
      nested,
      paging: { page1g },
      taggedTlb,
    },
    hugePercent,
  }: Pick<Host, 'machine' | 'hugePercent'>,
): Configuration {
  return {
    ...now,
    paging: nested === null ? 'shadow' : now.paging,
    hostPages: hugePercent.high === 0 ? '4k' : now.hostPages === '1g' && !page1g ? '2m' : now.hostPages,
    tags: now.tags && taggedTlb,
  };
}
