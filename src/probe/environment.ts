/** What the system says of the machine. In a virtual machine it repeats what the hypervisor lets CPUID say, so nothing measured is replaced by it. */
import { readdirSync, readFileSync } from 'node:fs';
import { UsageError } from '../errors.js';
import type { Environment, StatedCache } from './probe-file.js';

const CACHES = '/sys/devices/system/cpu/cpu0/cache';

/** @param root in front of /proc and /sys */
export function environment(root = ''): Environment {
  const cpu = text(`${root}/proc/cpuinfo`);
  if (cpu === null) throw new UsageError('probe: found no /proc/cpuinfo; it measures Linux machines');
  const field = (name: string): string | null => new RegExp(`^${name}\\s*: (.*)$`, 'm').exec(cpu)?.[1] ?? null;
  const flags = field('flags');
  return {
    vendor: vendorOf(field('vendor_id')),
    title: field('model name') ?? 'unknown processor',
    family: numberOf(field('cpu family')),
    model: numberOf(field('model')),
    virtual: flags === null ? null : flags.split(' ').includes('hypervisor'),
    hugePages: /\[(\w+)\]/.exec(text(`${root}/sys/kernel/mm/transparent_hugepage/enabled`) ?? '')?.[1] ?? null,
    caches: caches(root),
  };
}

/** MiB that processes can still be given. */
export function availableMib(root = ''): number | null {
  const kib = /^MemAvailable: +(\d+) kB/m.exec(text(`${root}/proc/meminfo`) ?? '')?.[1];
  return kib === undefined ? null : Math.floor(Number(kib) / 1024);
}

function vendorOf(id: string | null): Environment['vendor'] {
  return id === 'GenuineIntel' ? 'intel' : id === 'AuthenticAMD' ? 'amd' : null;
}

function caches(root: string): StatedCache[] {
  const folder = `${root}${CACHES}`;
  const parts = names(folder).filter((name) => /^index\d+$/.test(name));
  return parts.flatMap((part) => {
    const of = (name: string): string => (text(`${folder}/${part}/${name}`) ?? '').trim();
    const [level, ways, kib] = [
      Number(of('level')),
      Number(of('ways_of_associativity')),
      Number(of('size').replace('K', '')),
    ];
    return of('type') === 'Instruction' || !(level > 0 && ways > 0 && kib > 0) ? [] : [{ level, kib, ways }];
  });
}

function numberOf(value: string | null): number | null {
  return value === null || !/^\d+$/.test(value) ? null : Number(value);
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function text(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null;
  }
}
