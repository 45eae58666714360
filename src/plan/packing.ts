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

/** Hosts of one kind with as much room each. */
interface Alike extends Size {
  readonly host: Bin;
  readonly hosts: number;
}

/**
 * Kinds of hosts are opened in the order of the list. Items are ordered by the share of a host of the first kind that they take. Hosts that are
 * alike are filled together, which comes to the same as one item after the other.
 * @param sizeOn what an item takes on a kind of host: processors differ
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
  let open: Alike[] = [];
  const used = new Map<string, number>();
  const left = new Map<string, number>();
  for (const item of [...items].sort((a, b) => largest(b) - largest(a))) {
    let missing = item.count;
    const place = (free: Alike): Alike[] => {
      const size = sizeOn(item, free.host);
      const each = perHost(size, free);
      const { placed, alike } = filled(free, size, each, missing);
      missing -= placed;
      return alike;
    };
    open = open.flatMap(place);
    for (const host of hosts) {
      const each = perHost(sizeOn(item, host), host);
      const rest = host.count - (used.get(host.name) ?? 0);
      const more = each === 0 || rest === 0 ? 0 : Math.min(rest, Math.ceil(missing / each));
      if (more === 0) continue;
      used.set(host.name, (used.get(host.name) ?? 0) + more);
      open.push(...place({ host, hosts: more, threads: host.threads, memoryMib: host.memoryMib }));
    }
    if (missing > 0) left.set(item.name, missing);
  }
  return { hosts: used, left };
}

/** The first of hosts that are alike take as many as they can, one takes what is over, the others stay as they are. */
function filled(
  { host, hosts, threads, memoryMib }: Alike,
  size: Size,
  each: number,
  missing: number,
): { placed: number; alike: Alike[] } {
  const after = (count: number, items: number): Alike => ({
    host,
    hosts: count,
    threads: threads - items * size.threads,
    memoryMib: memoryMib - items * size.memoryMib,
  });
  const full = each === 0 ? 0 : Math.min(hosts, Math.floor(missing / each));
  const over = each === 0 || full === hosts ? 0 : missing - full * each;
  const partly = over === 0 ? 0 : 1;
  const alike = [after(full, each), after(partly, over), after(hosts - full - partly, 0)];
  return { placed: full * each + over, alike: alike.filter(({ hosts }) => hosts > 0) };
}
