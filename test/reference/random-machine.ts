/**
 * Random machines: registers, and tables of every format with entries of every sort, so small that walks meet. A seed makes all of it.
 *
 * Guest frames 2 L and 2 L + 1 are tables of level L, and frames up to 15 data. Nested tables map guest frame f to system frame 16 + f, or
 * by a large page to f: both hold the same sort of table. Nested tables of level L are system frames 64 + 2 L and 65 + 2 L.
 */
import { LEVELS, sizeBits, type Ept, type Mode, type Paging, type Tables } from './entries.js';
import { ReferenceMemory } from './memory.js';
import type { Access, Machine } from './translate.js';

export const MODES = ['none', '32bit', 'pae', '4level', '5level'] as const satisfies Mode[];
export const HOSTS = [null, '32bit', 'pae', '4level', '5level', 'ept'] as const;
export type HostName = (typeof HOSTS)[number];

/** Marsaglia's xorshift: numbers that a seed repeats. */
export class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = (Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995) >>> 0 || 1;
    for (let turn = 0; turn < 4; turn++) this.below(2);
  }

  below(bound: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return Math.floor(((this.state >>> 0) / 2 ** 32) * bound);
  }

  chance(probability: number): boolean {
    return this.below(1 << 20) < probability * (1 << 20);
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }

  bits(count: number): bigint {
    let bits = 0n;
    for (let done = 0; done < count; done += 16) bits = (bits << 16n) | BigInt(this.below(2 ** 16));
    return BigInt.asUintN(count, bits);
  }
}

export interface Shape {
  readonly guest: Mode;
  readonly host: HostName;
  /** How often an entry lacks a right, is absent or illegal: 0 to 1. */
  readonly hostility: number;
  /** Whether accessed bits may be set on the way down; without this, when walks complete. */
  readonly early: boolean;
}

export class RandomMachine {
  readonly machine: Machine;
  /** Two roots for the guest, with the tables below them in common. */
  readonly roots: readonly [bigint, bigint];
  private readonly maxPhyAddr: number;

  constructor(
    readonly shape: Shape,
    readonly dice: Dice,
  ) {
    const { guest: mode, host } = shape;
    this.maxPhyAddr = dice.pick(host === null || host === '5level' ? [36, 40, 48, 51, 52] : [36, 40, 46, 48]);
    const levels = LEVELS[mode];
    const within = mode === 'pae' ? BigInt(32 * dice.below(128)) : 0n;
    this.roots = [address(2 * levels) + within, address(2 * levels + 1) + within];
    const early = shape.early && dice.chance(0.5);
    const guest = this.paging(mode, this.roots[0], early);
    const machine = { memory: new ReferenceMemory(), guest, host: this.host(host, early), pdptes: null };
    this.machine = machine;
    this.fill();
  }

  /** The guest's registers drawn again, but its mode and root. */
  redraw(): void {
    const { guest } = this.machine;
    (this.machine as { guest: Paging }).guest = this.paging(guest.mode, guest.root, guest.early);
  }

  access(): Access {
    const { dice } = this;
    const type = dice.pick(['read', 'write', 'fetch'] as const);
    return { linear: this.linear(), type, user: dice.chance(0.5) };
  }

  linear(): bigint {
    const { dice, shape } = this;
    const mode = shape.guest;
    let linear = dice.bits(12);
    if (mode === 'none') return linear | BigInt(4096 * dice.pick([0, 1, 5, 12, 15, 511, 512]));
    const tables = this.machine.guest;
    for (let level = 1; level <= LEVELS[mode]; level++)
      linear |= BigInt(dice.pick(indices(tables, level))) << BigInt(sizeBits(tables, level));
    const width = mode === '4level' ? 48 : mode === '5level' ? 57 : 0;
    if (width === 0) return linear;
    return dice.chance(0.1 * shape.hostility)
      ? linear | dice.bits(64)
      : BigInt.asUintN(64, BigInt.asIntN(width, linear));
  }

  /** A random entry for a guest table of a level. */
  guestEntry(level: number): bigint {
    return this.ordinaryEntry(this.machine.guest, level, (below) => BigInt(2 * below + this.dice.below(2)), false);
  }

  /** A random entry for a nested table of a level; at level 1 that of a guest frame. */
  nestedEntry(level: number, index: number): bigint {
    const host = this.machine.host!;
    const table = (below: number): bigint =>
      below === 0
        ? BigInt(16 + (this.dice.chance(0.9) ? index : this.dice.below(16)))
        : BigInt(64 + 2 * below + this.dice.below(2));
    return host.mode === 'ept' ? this.eptEntry(host, level, table) : this.ordinaryEntry(host, level, table, true);
  }

  /** Every place of an entry that the addresses of `linear` and guest frames below 16 lead to: address, level, index. */
  *places(nested: boolean): Generator<[bigint, number, number]> {
    const tables = nested ? this.machine.host! : this.machine.guest;
    const root = nested ? 0n : this.machine.guest.root & 0xfffn;
    const bytes = tables.mode === '32bit' ? 4n : 8n;
    const copies = nested ? [64] : this.machine.host === null ? [0] : [0, 16];
    for (let level = 1; level <= LEVELS[tables.mode]; level++)
      for (const frame of copies.flatMap((first) => [first + 2 * level, first + 2 * level + 1]))
        for (const index of nested && level === 1 ? FRAMES : indices(tables, level))
          yield [address(frame) + (level === LEVELS[tables.mode] ? root : 0n) + BigInt(index) * bytes, level, index];
  }

  private fill(): void {
    const { memory, guest, host } = this.machine;
    for (const [at, level] of this.places(false))
      memory.write(at, guest.mode === '32bit' ? 4 : 8, this.guestEntry(level));
    if (host === null) return;
    for (const [at, level, index] of this.places(true))
      memory.write(at, host.mode === '32bit' ? 4 : 8, this.nestedEntry(level, index));
  }

  private ordinaryEntry(tables: Tables, level: number, below: (level: number) => bigint, nested: boolean): bigint {
    const { dice, shape } = this;
    const { hostility } = shape;
    const { mode, nxe, pse, page1gb } = tables as Paging;
    const wide = mode !== '32bit';
    const dropped = (): boolean => dice.chance(hostility);
    if (dropped()) return dice.chance(0.5) ? 0n : dice.bits(wide ? 64 : 32) & ~1n;
    const bare = mode === 'pae' && level === 3;
    let entry = 1n;
    if (!bare) {
      entry |= dice.bits(2) << 5n;
      if (!dropped()) entry |= 2n;
      if (!dropped() || hostility === 0) entry |= 4n;
      if (dice.chance(0.3)) entry |= 0x18n;
      if (wide && nxe && dice.chance(hostility / 2 + 0.05)) entry |= 1n << 63n;
    }
    if (dice.chance(0.3) && !(level > 3)) entry |= bare ? 0n : 0x100n;
    if (mode === '4level' || mode === '5level') entry |= dice.bits(11) << 52n;
    const mayBeLarge =
      mode === '32bit' ? level === 2 && pse : level === 2 || (level === 3 && wide && mode !== 'pae' && page1gb);
    if (mayBeLarge && dice.chance(0.2)) {
      entry |= 0x80n | (dice.chance(0.3) ? 0x1000n : 0n);
      const base = nested || dice.chance(0.7) ? 0n : this.wildAddress(sizeBits(tables, level), nested);
      entry |= wide ? base : (base & 0xffc0_0000n) | (((base >> 32n) & 0xffn) << 13n);
    } else {
      if (level === 1 && dice.chance(0.3)) entry |= 0x80n;
      if (mode === '32bit' && level === 2 && !pse && dice.chance(0.3)) entry |= 0x80n;
      const wild = dice.chance(level === 1 && !nested ? 0.2 : 0.02);
      const narrow = mode === '32bit' ? 0xffff_ffffn : -1n;
      entry |= wild
        ? this.wildAddress(12, nested) & narrow
        : (level === 1 && !nested ? BigInt(dice.below(16)) : below(level - 1)) << 12n;
    }
    return dice.chance(hostility / 2) ? entry ^ (1n << BigInt(dice.below(wide ? 64 : 32))) : entry;
  }

  private eptEntry(host: Ept, level: number, below: (level: number) => bigint): bigint {
    const { dice } = this;
    const { hostility } = this.shape;
    if (dice.chance(hostility)) return dice.chance(0.5) ? 0n : dice.bits(64) & ~0x407n;
    let entry = 0n;
    for (const right of [0n, 1n, 2n, 10n]) if (!dice.chance(hostility)) entry |= 1n << right;
    entry |= (dice.bits(2) << 8n) | (dice.bits(12) << 52n);
    const large = (level === 2 || (level === 3 && host.page1gb)) && dice.chance(0.2);
    if (large || level === 1) entry |= BigInt(dice.pick([0, 1, 4, 5, 6])) << 3n;
    if (large) entry |= 0x80n;
    else entry |= dice.chance(0.02) ? this.wildAddress(12, true) : below(level - 1) << 12n;
    return dice.chance(hostility / 2) ? entry ^ (1n << BigInt(dice.below(64))) : entry;
  }

  /** Any page of a size. Nested tables of 32-bit addresses reach guest-physical addresses below 4 GiB only. */
  private wildAddress(bits: number, nested: boolean): bigint {
    const { host } = this.shape;
    const reach = !nested && (host === '32bit' || host === 'pae') ? 32 : this.maxPhyAddr;
    return (this.dice.bits(reach) >> BigInt(bits)) << BigInt(bits);
  }

  private paging(mode: Mode, root: bigint, early: boolean): Paging {
    const { dice, maxPhyAddr } = this;
    const any = (): boolean => dice.chance(0.5);
    const key = (): number => (dice.chance(0.5) ? 0 : Number(dice.bits(32) & dice.bits(32)));
    const hostile = this.shape.hostility > 0;
    return {
      ...{ mode, root, maxPhyAddr, early },
      ...{ page1gb: any(), pse: any(), nxe: mode !== '32bit' && any(), wp: any(), ac: any(), pge: any() },
      ...{ smep: hostile && dice.chance(0.3), smap: hostile && dice.chance(0.3) },
      ...{ pke: hostile && any(), pks: hostile && any(), pkru: key(), pkrs: key() },
      bit8Reserved: any(),
    };
  }

  private host(name: HostName, early: boolean): Tables | null {
    const { dice, maxPhyAddr } = this;
    if (name === null) return null;
    const within = name === 'pae' ? 0x20n : 0n;
    const root = address(64 + 2 * LEVELS[name]) + within;
    if (name !== 'ept') return this.paging(name, root, early);
    const [page1gb, accessedDirty, executeOnly, modeBasedExecute] = [0, 0, 0, 0].map(() => dice.chance(0.5));
    return {
      ...{ mode: 'ept', root, maxPhyAddr, early },
      ...{
        page1gb: page1gb!,
        accessedDirty: accessedDirty!,
        executeOnly: executeOnly!,
        modeBasedExecute: modeBasedExecute!,
      },
    };
  }
}

/** Guest frames that nested tables of level 1 map. */
const FRAMES = [...Array(16).keys(), 511];

function indices({ mode }: Tables, level: number): readonly number[] {
  if (mode === 'pae' && level === 3) return [0, 1, 3];
  return mode === '32bit' ? [0, 1, 1023] : [0, 1, 511];
}

function address(frame: number): bigint {
  return BigInt(frame) << 12n;
}
