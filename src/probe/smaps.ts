/** What pages a buffer has, as the kernel says it (proc(5), smaps). */

export interface Mapped {
  readonly residentKib: number;
  readonly hugeKib: number;
}

/** The mapping that holds a buffer of so many bytes: the one that is resident with as many. @param smaps text of /proc/self/smaps */
export function mappingOf(smaps: string, bytes: number): Mapped | null {
  const kib = bytes / 1024;
  const mappings = smaps.split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m).map((text) => ({
    residentKib: field(text, 'Rss'),
    hugeKib: field(text, 'AnonHugePages') + field(text, 'Private_Hugetlb'),
  }));
  const holding = mappings.filter(({ residentKib, hugeKib }) => Math.max(residentKib, hugeKib) >= kib);
  return holding.sort((a, b) => a.residentKib - b.residentKib)[0] ?? null;
}

function field(text: string, name: string): number {
  return Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(text)?.[1] ?? 0);
}
