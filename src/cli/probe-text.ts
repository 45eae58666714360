/** A probe in words: what it found first, then the curve and the prices. */
import { us, UNKNOWABLE, type Conclusions } from '../probe/conclusions.js';
import { excess } from '../probe/curve.js';
import type { Knee, Knees } from '../probe/knees.js';
import { curveOf, type Arm, type Price, type Probe } from '../probe/probe-file.js';
import { told } from '../probe/schedule.js';
import { columns, sheet } from './columns.js';
import type { Cell } from './listed.js';

export function probeText(probe: Probe, found: Conclusions): string {
  const { environment, clockGhz, small } = probe;
  const where =
    environment.virtual === null
      ? 'virtual or not: unknown'
      : environment.virtual
        ? 'a virtual machine'
        : 'no virtual machine';
  const lines = {
    processor: `${environment.title} (family ${environment.family ?? '?'}, model ${environment.model ?? '?'}), ${clockGhz.toFixed(2)} GHz by dependent additions; ${where}`,
    'first level': kneeText(found.small.first, found, 'first'),
    'second level': kneeText(found.small.second, found, 'second'),
    'second-level hit': found.small.secondHitNs === null ? 'not seen' : timeText(found.small.secondHitNs, clockGhz),
    '2 MiB pages': hugeText(probe, found),
    splinters: `${found.splinters.answer}: ${found.splinters.why}`,
    paging: `${found.paging.answer}: ${found.paging.why}`,
    'CPUID of the TLB': cpuidText(probe, found),
    measured: armText(small, 'of 4 KiB pages'),
    'not known': UNKNOWABLE,
  };
  return [sheet(lines), columns(curveRows(probe, found.small)), columns(priceRows(probe)), missing(probe)]
    .filter(Boolean)
    .join('\n');
}

function kneeText(knee: Knee | null, { small }: Conclusions, level: 'first' | 'second'): string {
  if (knee?.entries == null) return `not seen${small.why.length > 0 ? ` (${small.why.join('; ')})` : ''}`;
  const { entries, from, to } = knee;
  const range = level === 'first' || to - from === 1 ? '' : ', the roundest number there';
  return `${entries} entries for 4 KiB pages (the step begins behind ${from} pages and is half done at ${to}${range})${level === 'second' ? small.why.map((why) => `; ${why}`).join('') : ''}`;
}

function timeText(ns: number, ghz: number): string {
  return `${ns.toFixed(2)} ns, ${(ns * ghz).toFixed(1)} cycles more than a first-level hit`;
}

function hugeText({ huge: arm }: Probe, { huge }: Conclusions): string {
  if ('missing' in arm || huge === null) return `not measured: ${'missing' in arm ? arm.missing : ''}`;
  const of = (knee: Knee | null): string => (knee?.entries == null ? 'not seen' : String(knee.entries));
  return `first level full at ${of(huge.first)}, second at ${of(huge.second)} (lines in 4 KiB each); ${armText(arm, 'of 2 MiB pages')}`;
}

function armText({ hugeShare, rounds, stable, residentMib }: Arm, of: string): string {
  const pages =
    hugeShare === null ? '' : ` (the kernel says that ${Math.round(100 * hugeShare)}% of the buffer has 2 MiB pages)`;
  return `${rounds} rounds ${of}${pages}, ${stable ? 'until nothing changed' : 'until time was up'}; ${residentMib} MiB at most`;
}

function cpuidText({ environment, native }: Probe, { cpuid }: Conclusions): string {
  if (cpuid === null) return `not read: ${'missing' in native ? native.missing : ''}`;
  const stated =
    cpuid.first === null && cpuid.second === null
      ? `leaf ${cpuid.leaves} states nothing`
      : `leaf ${cpuid.leaves} states ${cpuid.first ?? 'no'} and ${cpuid.second ?? 'no'} entries`;
  return `${stated}; ${environment.virtual === true ? 'not used: a hypervisor answers CPUID, and may answer anything' : 'for comparison, not used'}`;
}

function curveRows(probe: Probe, small: Knees): Record<string, Cell>[] {
  const huge = new Map('missing' in probe.huge ? [] : curveOf(probe.huge).map((one) => [one.pages, one]));
  const curve = curveOf(probe.small);
  const translation = new Map(excess(curve).map((one) => [one.pages, one]));
  return told(curve, small).map(({ pages, spread, dense }) => {
    const large = huge.get(pages);
    return {
      pages,
      footprint: footprint(pages),
      '4 KiB pages': spread.ns.toFixed(2),
      dense: dense.ns.toFixed(2),
      translation: translation.get(pages)!.ns.toFixed(2),
      noise: translation.get(pages)!.noise.toFixed(2),
      '2 MiB pages': large === undefined ? '' : large.spread.ns.toFixed(2),
    };
  });
}

export function footprint(pages: number): string {
  const kib = pages * 4;
  return kib < 1024
    ? `${kib} KiB`
    : kib < 2 ** 20
      ? `${Math.round((10 * kib) / 1024) / 10} MiB`
      : `${Math.round((10 * kib) / 2 ** 20) / 10} GiB`;
}

const TITLES: Readonly<Record<Exclude<Price, 'additionNs'>, string>> = {
  cpuidExitNs: 'CPUID (in a virtual machine: an exit and back)',
  timeStampNs: 'RDTSC',
  systemCallNs: 'system call',
  writeFaultNs: 'page fault of a write, recycled page',
  zeroPageFaultNs: 'page fault of a read (page of zeros)',
  dontNeedNs: 'page given back (MADV_DONTNEED)',
  protectPageNs: 'mprotect twice and a write',
  protectManyNs: 'the same for 256 pages, each page',
  copyOnWriteNs: 'copy on write after fork, each page',
  forkNs: 'fork, exit, wait: small process',
  forkWideNs: 'fork, exit, wait: 64 MiB of 4 KiB pages more',
  contextSwitchNs: 'context switch through a pipe',
  largeFaultNs: 'fault of a 2 MiB page, for each 4 KiB',
};

function priceRows({ native, small, spawnNs }: Probe): Record<string, Cell>[] {
  const fresh = [
    {
      price: 'first write to fresh memory, each page: the least 4 MiB',
      µs: us(small.touchNs.least).replace(' µs', ''),
    },
    {
      price: 'first write to fresh memory, each page: the median 4 MiB',
      µs: us(small.touchNs.median).replace(' µs', ''),
    },
    { price: 'process started and ended (Node, true)', µs: us(spawnNs ?? -1).replace(' µs', '') },
  ];
  if ('missing' in native) return fresh;
  const known = Object.entries(TITLES).map(([name, price]) => ({
    price,
    µs: us(native.prices[name as Price]).replace(' µs', ''),
  }));
  return [...fresh, ...known];
}

function missing({ native, huge }: Probe): string {
  const lines = [
    ...('missing' in native
      ? [`prices of exits, faults, fork, mprotect and copies: not measured: ${native.missing}`]
      : []),
    ...('missing' in native || native.hugetlbErrno === 0
      ? []
      : ['MAP_HUGETLB: refused; no pages are set aside for it']),
    ...('missing' in huge ? [`2 MiB pages: not measured: ${huge.missing}`] : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
