/** Under which kind of paging the virtual machine ran: said, or told by what only one of them leads to. */
import { ConfigError } from '../../errors.js';
import { joined, type Draft } from './draft.js';
import { isExit, type Evidence, type ExitEvidence } from './kvm-evidence.js';
import type { Paging } from './report.js';

/** Counters of KVM's shadow tables. `mmu_cache_miss` and `mmu_shadow_zapped` are none: nested tables count there too. */
const OF_SHADOW = ['pf_guest', 'mmu_unsync', 'mmu_pte_write', 'mmu_pde_zapped', 'mmu_flooded', 'invlpg'];

export function pagingInUse(
  said: Paging | undefined,
  exits: readonly ExitEvidence[],
  counters: ReadonlyMap<string, Evidence>,
  draft: Draft,
): Paging | null {
  const nested = exits.find((exit) => exit.perSecond > 0 && isExit(exit, 'EPT_VIOLATION', 'EPT_MISCONFIG', 'npf'));
  const shadow =
    exits.find((exit) => exit.perSecond > 0 && isExit(exit, 'INVLPG', 'invlpg', 'write_cr3', 'PF excp')) ??
    OF_SHADOW.map((name) => counters.get(name)).find((counter) => counter !== undefined && counter.perSecond > 0);
  const other = said === 'shadow' ? nested : said === 'native' ? (exits[0] ?? nested ?? shadow) : undefined;
  if (other !== undefined)
    throw new ConfigError(
      `${other.place}: found '${other.name}', which is not there under ${said!} paging; expected another --paging`,
    );
  if (said !== undefined) {
    draft.say('under.paging', '--paging');
    return said;
  }
  const told = nested ?? shadow;
  if (told === undefined) return withoutInvlpg(counters, draft);
  const paging = nested === undefined ? 'shadow' : 'nested';
  draft.say('under.paging', `${told.from}, which only ${paging} paging has`);
  if (nested !== undefined && shadow !== undefined)
    draft.note(
      `paging: nested, by ${nested.name}; ${shadow.name} is of shadow tables too, which a guest of the guest may have`,
    );
  return paging;
}

/** A guest that unmaps anything executes INVLPG, and under shadow paging each exits. */
function withoutInvlpg(counters: ReadonlyMap<string, Evidence>, draft: Draft): Paging | null {
  const [fixed, invlpg] = ['pf_fixed', 'invlpg'].map((name) => counters.get(name));
  if (fixed === undefined || fixed.perSecond === 0 || invlpg?.perSecond !== 0) return null;
  draft.say(
    'under.paging',
    `${joined([invlpg.from, fixed.from])}: under shadow paging INVLPG would have come with so many faults`,
  );
  return 'nested';
}
