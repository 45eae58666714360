/** What a walk ended in, line by line: a name and what is to be said. */
import type { Code, Walk, WalkEnd } from './step.js';

export type Line = readonly [name: string, text: string];

export function endLines(walk: Walk): Line[] {
  const { references, savedByWalkCache, savedByNestedTlb } = walk;
  const saved = [
    ...(savedByWalkCache > 0 ? [`${savedByWalkCache} saved by the walk cache`] : []),
    ...(savedByNestedTlb > 0 ? [`${savedByNestedTlb} saved by the nested TLB`] : []),
  ];
  if (walk.event === 'softwareWalk') return resultLines(walk);
  return [...resultLines(walk), ['references', [`${references} made`, ...saved].join(', ')]];
}

/** One line for a heading. */
export function endTitle(end: WalkEnd): string {
  switch (end.kind) {
    case 'translated':
      return `translated to sPA ${end.systemPhysical}`;
    case 'loaded':
      return 'PDPTE registers loaded';
    case 'pageFault':
      return `#PF, error code ${end.errorCode.value} (${end.errorCode.bits.join(' ') || 'none'})`;
    case 'generalProtection':
      return end.at === 'load' ? '#GP: a PDPTE is illegal' : '#GP: the address is not canonical';
    case 'nestedPageFault':
      return `nested page fault at gPA ${end.guestPhysical}`;
    case 'eptViolation':
      return `EPT violation at gPA ${end.guestPhysical}`;
    case 'eptMisconfiguration':
      return `EPT misconfiguration at gPA ${end.guestPhysical}`;
  }
}

function resultLines({ end, tables }: Walk): Line[] {
  switch (end.kind) {
    case 'translated': {
      const host = end.hostPageBytes === null ? [] : [`host page ${bytesText(end.hostPageBytes)}`];
      const guest =
        end.guestPageBytes === null
          ? 'guest paging off'
          : `${tables.first === 'shadow' ? 'shadow ' : ''}page ${bytesText(end.guestPageBytes)}`;
      return [
        ['result', endTitle(end)],
        ...(end.guestPhysical === null ? [] : [['by way of', `gPA ${end.guestPhysical}`] as const]),
        [
          'page size',
          `${bytesText(end.pageBytes)} in a TLB entry${end.splintered ? ' (splintered)' : ''}: ${[guest, ...host].join(', ')}`,
        ],
        ['rights', `${end.rights.join(' ')}${end.global ? ', global' : ''}`],
      ];
    }
    case 'loaded':
      return [['result', endTitle(end)]];
    case 'pageFault':
      return [
        ['fault', `#PF, delivered to ${end.receiver}`],
        ['error code', codeText(end.errorCode)],
        ['CR2', end.cr2],
      ];
    case 'generalProtection':
      return [['fault', `${endTitle(end)}; delivered to ${end.receiver}`]];
    case 'nestedPageFault':
      return [
        ['fault', `nested page fault (#VMEXIT 0x400 VMEXIT_NPF), to ${end.receiver}`],
        ['EXITINFO1', codeText(end.exitInfo1)],
        ['EXITINFO2', `gPA ${end.guestPhysical}`],
      ];
    case 'eptViolation':
      return [
        ['fault', `EPT violation (VM exit reason 48), to ${end.receiver}`],
        ['qualification', codeText(end.qualification)],
        ['gPA', end.guestPhysical],
        ['gLA', end.linear],
      ];
    case 'eptMisconfiguration':
      return [
        ['fault', `EPT misconfiguration (VM exit reason 49), to ${end.receiver}`],
        ['gPA', end.guestPhysical],
      ];
  }
}

function codeText({ value, bits, meaning }: Code): string {
  return `${value} (${bits.join(', ') || 'no bit'}): ${meaning}`;
}

export function bytesText(bytes: number): string {
  for (const [unit, size] of [
    ['GiB', 2 ** 30],
    ['MiB', 2 ** 20],
  ] as const)
    if (bytes >= size) return `${bytes / size} ${unit}`;
  return `${bytes / 1024} KiB`;
}
