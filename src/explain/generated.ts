/** The explanation of accesses through a mapping made for the purpose: pages of one size over host pages of one size. */
import type { RunConfig } from '../config/schema.js';
import { UsageError } from '../errors.js';
import { bytesText } from './end-text.js';
import { hex } from './hex.js';
import { Mapping, mappingPlatform, PAGE_SHIFTS } from './mapping.js';
import type { MappingRequest } from './mapping-choices.js';
import { linearOf } from './mapping-request.js';
import type { Explanation, ReferenceStep, Walk } from './step.js';

/** @throws UsageError for an address, or an entry to break, that there is not */
export function explainMapping(request: MappingRequest, config: RunConfig): Explanation {
  const linear = linearOf(request, config);
  const made = new Mapping(mappingPlatform(request, config), config, request, Number(linear >> 12n));
  const stride = request.nextPage ? BigInt(made.pages) << 12n : 0n;
  const accesses = Array.from({ length: request.repeat }, (_, at) => ({
    linear: hex(BigInt.asUintN(64, linear + BigInt(at) * stride)),
    type: request.type,
    user: request.user,
  }));
  const broken = entryToBreak(request, config);
  const { machine } = config;
  const { guest, guestPage, host, repeat, fault } = request;
  const nested = host === 'npt' || host === 'ept';
  return {
    schema: 'vmmu/explain@1',
    title: mappingTitle(request, config),
    source: {
      kind: 'mapping',
      guest,
      guestPage: guest === 'none' ? null : guestPage,
      host,
      hostMode: nested ? config.host.mode : null,
      hostPage: host === 'none' ? null : config.host.pages,
      machine: machine.name,
      walkCache:
        machine.walkCache === null ? null : `${machine.walkCache.organisation} ${machine.walkCache.dimensions}`,
      nestedTlb: nested && machine.nestedTlb !== null ? `${machine.nestedTlb.entries} entries` : null,
      repeat,
      fault: fault === null ? null : `${fault.reference}:${fault.kind}`,
    },
    happenings: host === 'shadow' ? made.shadowed(accesses, broken) : made.walked(accesses, broken),
  };
}

function entryToBreak(request: MappingRequest, config: RunConfig): ReferenceStep | null {
  const { fault } = request;
  if (fault === null) return null;
  const references = breakableReferences(request, config);
  const found = references.find(({ number }) => number === fault.reference);
  if (found !== undefined) return found;
  const numbers = references.map(({ number }) => number);
  const allowed = numbers.length === 0 ? 'no reference' : `references ${numbers[0]!} to ${numbers.at(-1)!}`;
  throw new UsageError(`--fault: found reference ${fault.reference}; the walk without it makes ${allowed}`);
}

/**
 * The entries that can be broken: what an equal mapping without a fault reads at its first access. The four uppermost entries of PAE are not
 * among them: MOV to CR3 loads them, and would end in a fault before the access.
 */
export function breakableReferences(request: MappingRequest, config: RunConfig): ReferenceStep[] {
  const { happenings } = explainMapping({ ...request, repeat: 1, fault: null }, config);
  const asked = request.host === 'shadow' ? 'softwareWalk' : 'walk';
  const walk = happenings.find((one) => one.event === asked) as Walk | undefined;
  const read = walk?.steps.filter((step) => step.kind === 'reference') ?? [];
  return request.host === 'shadow' && request.guest === 'pae' ? read.filter(({ level }) => level < PDPTE_LEVEL) : read;
}

const PDPTE_LEVEL = 3;

function mappingTitle({ guest, guestPage, host }: MappingRequest, config: RunConfig): string {
  const pages = (size: keyof typeof PAGE_SHIFTS): string => bytesText(2 ** PAGE_SHIFTS[size]);
  const above = guest === 'none' ? 'paging off' : `${MODES[guest]} tables, ${pages(guestPage)} page`;
  if (host === 'none') return `native: ${above}`;
  const kind = host === 'shadow' ? 'shadow tables' : `${host.toUpperCase()} (${MODES[config.host.mode]})`;
  return `guest: ${above}; ${kind}, ${pages(config.host.pages)} host pages`;
}

const MODES = { '32bit': '32-bit', pae: 'PAE', '4level': '4-level', '5level': '5-level' } as const;
