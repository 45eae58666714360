/** What masks and shadow versions of CR0 and CR4 save: only a write that changes a bit which the VMM owns exits, and no read does. */
import { decimal } from '../../report/number-text.js';
import { left, right, type Sheet } from '../../report/sheet.js';
import { clts, movToCrExits } from '../../vmm/vmx-predicates.js';
import { configOf } from '../checks/replay.js';
import { ScriptedGuest, total } from '../checks/scripted-guest.js';

const MACHINE = 'intel-cascadelake';
const [PE, TS, WP, PG] = [1 << 0, 1 << 3, 1 << 16, 0x8000_0000];
const [PAE, PGE] = [1 << 5, 1 << 7];
/** As a guest of the model has them at first. */
const CR0 = PG + PE;
const CR4 = PAE + PGE;

type Write = readonly ['cr0Write' | 'cr4Write', number] | readonly ['clts'];

interface Habit {
  readonly title: string;
  readonly writes: readonly Write[];
}

const HABITS: readonly Habit[] = [
  { title: 'a lazy switch of the FPU: set CR0.TS, CLTS', writes: [['cr0Write', CR0 + TS], ['clts']] },
  {
    title: 'a write to read-only code: clear CR0.WP, set it',
    writes: [
      ['cr0Write', CR0],
      ['cr0Write', CR0 + WP],
    ],
  },
  {
    title: 'a flush of global entries: clear CR4.PGE, set it',
    writes: [
      ['cr4Write', PAE],
      ['cr4Write', CR4],
    ],
  },
  { title: 'a write of the value that CR4 has', writes: [['cr4Write', CR4]] },
];

export interface Saved {
  readonly title: string;
  /** Without masks each access is an exit. */
  readonly writes: number;
  /** All bits are the VMM's. */
  readonly allBits: number;
  /** Masks as KVM sets them. */
  readonly shadow: number;
  readonly nested: number;
}

export function savedByMasks(): Saved[] {
  return HABITS.map((habit) => ({
    title: habit.title,
    writes: habit.writes.length,
    allBits: ownedWhole(habit),
    shadow: exitsUnder('shadow', habit),
    nested: exitsUnder('nested', habit),
  }));
}

/** The VMM owns every bit, and keeps the read shadow at what the guest wrote last. */
function ownedWhole({ writes }: Habit): number {
  const seen = { cr0: writes.some((write) => write[1] === CR0) ? CR0 + WP : CR0, cr4: CR4 };
  let exits = 0;
  for (const [name, value] of writes) {
    if (name === 'clts') {
      if (clts(0xffff_ffff, seen.cr0) === 'exits') exits++;
      seen.cr0 &= ~TS;
      continue;
    }
    const register = name === 'cr0Write' ? 'cr0' : 'cr4';
    if (movToCrExits(0xffff_ffff, seen[register], value)) exits++;
    seen[register] = value;
  }
  return exits;
}

/** In a steady state: the second time. */
function exitsUnder(strategy: 'shadow' | 'nested', { writes }: Habit): number {
  const guest = new ScriptedGuest(strategy, 'user', configOf({ machine: MACHINE }));
  const once = (): number => {
    for (const [name, value] of writes) {
      if (name === 'clts') guest.script.event('clts');
      else guest.script.event(name, value);
    }
    return total(guest.run().exits);
  };
  once();
  return once();
}

export function masksSheet(saved: readonly Saved[]): Sheet {
  const count = (value: number): string => decimal(value, 0);
  return {
    title: 'VM exits of writes to CR0 and CR4',
    columns: [
      ...[left('what a kernel does'), right('no masks'), right('mask of\nall bits')],
      ...[right('masks of KVM,\nshadow'), right('masks of KVM,\nnested')],
    ],
    groups: [
      {
        heading: `${MACHINE}; reads take owned bits from the shadow version and never exit`,
        rows: saved.map(({ title, writes, allBits, shadow, nested }) => [
          ...[title, count(writes), count(allBits), count(shadow), count(nested)],
        ]),
      },
    ],
  };
}
