/** Under nested paging an exit for translation backs guest pages: a measure of first touches. */
import { exactly, type Range } from '../range.js';
import type { Draft } from './draft.js';
import { isExit, type Evidence, type ExitEvidence } from './kvm-evidence.js';

/** Guest pages of 4 KiB that one fault maps at most: those of the host's page; of small ones KVM maps a group of 8 where they are there. */
const MAPPED = { '4k': 8, '2m': 512, '1g': 262_144 } as const;
/** Linux backs with them where it can. */
const NOT_SAID = '2m';
/** A page that is read first and then written faults twice (measured, nested-measured: "the same read first, then written"). */
const FAULTS_A_PAGE = 2;

export function nestedRates(
  exits: readonly ExitEvidence[],
  counters: ReadonlyMap<string, Evidence>,
  hostPages: keyof typeof MAPPED | undefined,
  used: Set<string>,
  draft: Draft,
): void {
  const most = MAPPED[hostPages ?? NOT_SAID];
  const said = hostPages === undefined ? ' (--host-pages not said)' : '';
  const why = `each maps 1 to ${most} guest pages${said}, one that is read before it is written twice`;
  const fixed = counters.get('pf_fixed');
  if (fixed !== undefined) {
    used.add('pf_fixed');
    draft.rate('firstTouches', touches(fixed.perSecond, fixed.perSecond, most), `${fixed.from}: ${why}`);
  }
  for (const exit of exits.filter((own) => isExit(own, 'EPT_VIOLATION', 'npf'))) {
    const mmio = isExit(exit, 'npf');
    const least = mmio ? 0 : exit.perSecond;
    const text = mmio ? `${exit.from}: accesses to devices are among them; ${why}` : `${exit.from}: ${why}`;
    draft.rate('firstTouches', touches(least, exit.perSecond, most), text);
  }
  // Only a VMM that watches its guest asks for these.
  for (const exit of exits.filter((own) => isExit(own, 'write_cr3')))
    draft.rate('cr3Writes', exactly(exit.perSecond), exit.from);
  for (const exit of exits.filter((own) => isExit(own, 'INVLPG', 'invlpg')))
    draft.rate('invlpgs', exactly(exit.perSecond), exit.from);
}

function touches(least: number, most: number, mapped: number): Range {
  return { low: least / FAULTS_A_PAGE, high: most * mapped };
}
