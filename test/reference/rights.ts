/** Rights that entries give, and the accessed and dirty bits that walks set, for the reference model. */
import { bit, type Tables } from './entries.js';

/** R, W and X of nested pages; U, W and no-execute of guest pages. */
export interface Rights {
  readonly read: boolean;
  readonly write: boolean;
  readonly user: boolean;
  readonly execute: boolean;
  readonly userExecute: boolean;
}

export const ALL: Rights = { read: true, write: true, user: true, execute: true, userExecute: true };

/** Entries of the root of PAE tables have neither rights nor accessed bits. */
export function isBare({ mode }: Tables, level: number): boolean {
  return mode === 'pae' && level === 3;
}

/** Whether nested tables allow an access: AMD64 APM vol. 2, 15.25.5 (all are user accesses); Intel SDM vol. 3C, 29.3.3.2. */
export function hostAllows(host: Tables, have: Rights, kind: 'read' | 'write' | 'fetch', page: Rights): boolean {
  if (host.mode !== 'ept') return have.user && (kind !== 'write' || have.write) && (kind !== 'fetch' || have.execute);
  if (kind === 'read') return have.read;
  if (kind === 'write') return have.write;
  return host.modeBasedExecute && page.user ? have.userExecute : have.execute;
}

/** Accessed, and for a leaf that is written dirty: bits 5 and 6, under EPT 8 and 9. */
export function marks(tables: Tables, level: number, dirty: boolean): bigint {
  if (isBare(tables, level)) return 0n;
  if (tables.mode !== 'ept') return dirty ? 0x60n : 0x20n;
  if (!tables.accessedDirty) return 0n;
  return dirty ? 0x300n : 0x100n;
}

export function guestRights(entry: bigint): Rights {
  return { read: true, write: bit(entry, 1), user: bit(entry, 2), execute: !bit(entry, 63), userExecute: true };
}

export function eptRights(entry: bigint): Rights {
  const [read, write, execute, userExecute] = [bit(entry, 0), bit(entry, 1), bit(entry, 2), bit(entry, 10)];
  return { read, write, user: true, execute, userExecute };
}

export function and(a: Rights, b: Rights): Rights {
  return {
    read: a.read && b.read,
    write: a.write && b.write,
    user: a.user && b.user,
    execute: a.execute && b.execute,
    userExecute: a.userExecute && b.userExecute,
  };
}
