/** Virtual machines on hosts by first fit, the largest first (first-fit-decreasing), over processors and memory. */

export interface Size {
  /** Hardware threads' worth of time. */
  readonly threads: number;
  readonly memoryMib: number;
}

export interface Item {
  readonly name: string;
  readonly count: number;
}

export interface Bin extends Size {
  readonly name: string;
  readonly count: number;
}

export interface Packed {
  /** Hosts in use, by the name of their kind. */
  readonly hosts: ReadonlyMap<string, number>;
  /** Virtual machines for which there was no host, by name. */
  readonly left: ReadonlyMap<string, number>;
}

/** What fills hosts first: processors, or memory. */
export type Bound = 'processors' | 'memory';

/** How many of one kind fit on one empty host. */
export function perHost(size: Size, host: Size): number {
  return Math.max(
    0,
    Math.floor(Math.min(ratio(host.threads, size.threads), ratio(host.memoryMib, size.memoryMib)) + 1e-9),
  );
}

export function boundOf(size: Size, host: Size): Bound {
  return ratio(host.threads, size.threads) <= ratio(host.memoryMib, size.memoryMib) ? 'processors' : 'memory';
}

function ratio(has: number, needs: number): number {
  return needs === 0 ? Infinity : has / needs;
}

interface Open {
  readonly host: Bin;
  threads: number;
  memoryMib: number;
}

/**
 * Kinds of hosts are opened in the order of the list. @param sizeOn what an item takes on a kind of host: processors differ
 * @param share of a host that an item takes at most, by which items are ordered, is that on the first kind
 */
export function pack<T extends Item>(
  items: readonly T[],
  hosts: readonly Bin[],
  sizeOn: (item: T, host: Bin) => Size,
): Packed {
  const largest = (item: T): number => {
    const size = sizeOn(item, hosts[0]!);
    return Math.max(size.threads / hosts[0]!.threads, size.memoryMib / hosts[0]!.memoryMib);
  };
  const open: Open[] = [];
  const used = new Map<string, number>();
  const left = new Map<string, number>();
  for (const item of [...items].sort((a, b) => largest(b) - largest(a)))
    for (let n = 0; n < item.count; n++) {
      const place = open.find((one) => fits(sizeOn(item, one.host), one)) ?? opened(item, hosts, sizeOn, used, open);
      if (place === null) {
        left.set(item.name, item.count - n);
        break;
      }
      const { threads, memoryMib } = sizeOn(item, place.host);
      place.threads -= threads;
      place.memoryMib -= memoryMib;
    }
  return { hosts: used, left };
}

function fits(size: Size, free: Size): boolean {
  return size.threads <= free.threads + 1e-9 && size.memoryMib <= free.memoryMib + 1e-9;
}

function opened<T extends Item>(
  item: T,
  hosts: readonly Bin[],
  sizeOn: (item: T, host: Bin) => Size,
  used: Map<string, number>,
  open: Open[],
): Open | null {
  const host = hosts.find((one) => (used.get(one.name) ?? 0) < one.count && fits(sizeOn(item, one), one));
  if (host === undefined) return null;
  used.set(host.name, (used.get(host.name) ?? 0) + 1);
  const place = { host, threads: host.threads, memoryMib: host.memoryMib };
  open.push(place);
  return place;
}
