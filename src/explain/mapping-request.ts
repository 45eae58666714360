/** What mapping is asked for, checked: a configuration whose parts fit each other, and an address that its tables translate. */
import { memoryMib, misfits } from '../config/misfits.js';
import { DEFAULT_MACHINE } from '../config/default-machine.js';
import { runSchema, type RunConfig } from '../config/schema.js';
import { UsageError } from '../errors.js';
import { FORMATS } from '../memory/formats/index.js';
import { STRATEGIES, type StrategyName } from '../paging/index.js';
import type { MappingRequest } from './mapping-choices.js';

/** An EPT machine and a 5-level one of each vendor: what is not asked for by name. */
export function defaultMachine({ guest, host, hostMode }: MappingRequest): string {
  if (host === 'ept') return 'intel-sapphirerapids';
  return guest === '5level' || hostMode === '5level' ? 'amd-zen5' : DEFAULT_MACHINE;
}

export function strategyOf({ host }: MappingRequest): StrategyName {
  return host === 'none' ? 'native' : host === 'shadow' ? 'shadow' : 'nested';
}

const OPTIONS: Readonly<Record<string, string>> = {
  'guest.mode': '--guest',
  'guest.pages': '--guest-page',
  'host.mode': '--host-mode',
  'host.pages': '--host-page',
};

/** @param base the machine, with prices that play no part */
export function mappingConfig(request: MappingRequest, base: RunConfig): RunConfig {
  const { machine } = base;
  const { host, hostPage, hostMode } = request;
  const kind = machine.nested?.kind ?? null;
  if (host === 'none')
    for (const [option, value] of Object.entries({ '--host-page': hostPage, '--host-mode': hostMode }))
      if (value !== undefined) throw new UsageError(`${option}: found ${value}; with --host none there is no host`);
  if (host === 'shadow' && hostMode !== undefined)
    throw new UsageError(`--host-mode: found ${hostMode}; shadow tables have the guest's format`);
  if ((host === 'npt' || host === 'ept') && kind !== host)
    throw new UsageError(`--host: found ${host}; ${machine.name} has ${kind ?? 'no nested paging'}`);
  const guest = { ...base.guest, mode: request.guest, pages: request.guestPage, memoryMib: null };
  const tables = { ...base.host, mode: hostMode ?? '4level', pages: hostPage ?? '4k' };
  const parts = { machine, guest, host: tables };
  const misfit = misfits(parts)[0];
  if (misfit !== undefined) {
    const path = misfit.path.join('.');
    // Transparent large pages are a policy of the guest's kernel: a single mapping has none.
    throw new UsageError(`${OPTIONS[path] ?? path}: ${misfit.message.replace(' thp,', '').replace(', thp', '')}`);
  }
  const config = runSchema.parse({ ...base, guest: { ...guest, memoryMib: memoryMib(parts) }, host: tables });
  const excluded = STRATEGIES[strategyOf(request)].excluded(config);
  if (excluded !== null) throw new UsageError(`--host ${host}: ${excluded}`);
  return config;
}

/** Addresses whose indices differ from level to level. */
const DEFAULT_LINEAR = { none: 0x1234_5678n, '32bit': 0x1234_5678n, pae: 0x5234_5678n } as const;
const DEFAULT_4LEVEL = 0x7f5a_1234_5678n;
const DEFAULT_5LEVEL = 0x12_7f5a_1234_5678n;

export function linearOf({ guest, linear }: MappingRequest, { guest: { memoryMib: mib } }: RunConfig): bigint {
  if (linear === undefined)
    return guest === '4level' ? DEFAULT_4LEVEL : guest === '5level' ? DEFAULT_5LEVEL : DEFAULT_LINEAR[guest];
  if (!/^(0x[0-9a-f]+|\d+)$/i.test(linear))
    throw new UsageError(`--gva: found '${linear}'; expected an address, for example 0x7f5a12345678`);
  const address = BigInt(linear);
  const bits = FORMATS[guest].linearBits === 32 ? 32n : 64n;
  if (address >> bits !== 0n)
    throw new UsageError(`--gva: found ${linear}; addresses of a guest of mode ${guest} have ${bits} bits`);
  if (guest === 'none' && address >= BigInt(mib) << 20n)
    throw new UsageError(`--gva: found ${linear}; with paging off it is guest-physical, and the guest has ${mib} MiB`);
  return address;
}
