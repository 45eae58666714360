/**
 * The reference model of address translation: slow, without caches, a step of the manuals at a time, and without any code of the product.
 * Intel SDM vol. 3A, 4 (paging, access rights 4.6, accessed and dirty bits 4.8, protection keys 4.6.2) and vol. 3C, 29.3 (EPT);
 * AMD APM vol. 2, 15.25 (nested paging). Where these leave a choice it is that of test/vectors/README.md, "Rules the vectors embody".
 */
import { bit, classify, entryAddress, entryBytes, LEVELS, type Ept, type Paging, type Tables } from './entries.js';
import type { ReferenceMemory } from './memory.js';
import { ALL, and, eptRights, guestRights, hostAllows, isBare, marks, type Rights } from './rights.js';

export interface Access {
  readonly linear: bigint;
  readonly type: 'read' | 'write' | 'fetch';
  readonly user: boolean;
}

export interface Machine {
  readonly memory: ReferenceMemory;
  readonly guest: Paging;
  readonly host: Tables | null;
  /** PDPTE registers of a PAE guest, natively and under EPT; null where walks read PDPTEs. */
  pdptes: bigint[] | null;
}

export type Outcome = Readonly<Record<string, unknown>>;

/** What an access did: outcome, reads and writes as test/vectors/README.md writes them. */
export interface Done {
  readonly outcome: Outcome;
  readonly reads: string[];
  readonly writes: string[];
}

/** An entry that was read: where, and what it was. */
interface Step {
  readonly level: number;
  readonly address: bigint;
  /** Its guest-physical address. */
  readonly gpa: bigint;
  readonly value: bigint;
  /** EPT: the rights of the memory that the entry lies in. */
  readonly hostRights: Rights;
}

interface Page {
  readonly address: bigint;
  readonly bits: number;
  readonly rights: Rights;
  readonly leaf: bigint;
}

export const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** A fault ends a walk wherever it is. */
class Stop extends Error {
  constructor(readonly outcome: Outcome) {
    super();
  }
}

export function translate(machine: Machine, access: Access): Done {
  return new Translation(machine, access).run((translation) => translation.access());
}

/** MOV to CR3 of a PAE guest: four PDPTEs are read, and illegal ones are refused. */
export function loadPdptes(machine: Machine): Done {
  const nowhere = { linear: 0n, type: 'read', user: false } as const;
  return new Translation(machine, nowhere).run((translation) => translation.load());
}

class Translation {
  readonly reads: string[] = [];
  readonly writes: string[] = [];
  private loading = false;

  constructor(
    private readonly machine: Machine,
    private readonly asked: Access,
  ) {}

  run(what: (self: Translation) => Outcome): Done {
    Error.stackTraceLimit = 0;
    let outcome: Outcome;
    try {
      outcome = what(this);
    } catch (stop) {
      if (!(stop instanceof Stop)) throw stop;
      outcome = stop.outcome;
    }
    return { outcome, reads: this.reads, writes: this.writes };
  }

  access(): Outcome {
    const { guest, host } = this.machine;
    const page = this.guestPage();
    const data = this.nested(page.address, this.asked.type, false, page.rights);
    return {
      kind: 'ok',
      pa: hex(data.address),
      guestPageSize: page.bits === 0 ? null : 2 ** page.bits,
      ...(host === null ? {} : { hostPageSize: 2 ** data.bits }),
      global: guest.mode !== 'none' && bit(page.leaf, 8) && guest.pge,
    };
  }

  load(): Outcome {
    const { guest, memory } = this.machine;
    this.loading = true;
    const { address } = this.nested(guest.root, 'read', true, ALL);
    this.machine.pdptes = [0n, 0n, 0n, 0n];
    for (const at of [0, 1, 2, 3]) {
      const value = memory.read(address + BigInt(8 * at), 8);
      this.reads.push(`g3@${hex(address + BigInt(8 * at))}`);
      if (classify(guest, 3, value).kind === 'illegal') throw new Stop({ kind: 'gp', at: 'load' });
      this.machine.pdptes[at] = value;
    }
    return { kind: 'ok' };
  }

  /** The guest's tables: the guest-physical address, after the guest's accessed and dirty bits have been set. */
  private guestPage(): Page {
    const { guest } = this.machine;
    const { linear } = this.asked;
    this.checkCanonical();
    if (guest.mode === 'none') return { address: linear, bits: 0, rights: ALL, leaf: 0n };
    const steps: Step[] = [];
    let rights = ALL;
    let table = guest.root;
    let level = LEVELS[guest.mode];
    if (this.machine.pdptes !== null) {
      const held = classify(guest, 3, this.machine.pdptes[Number((linear >> 30n) & 3n)]!);
      if (held.kind !== 'table') this.pageFault(0);
      else table = held.base;
      level = 2;
    }
    for (; ; level--) {
      const address = entryAddress(guest, level, table, linear);
      const place = this.nested(address, 'table', true, ALL);
      const step = { ...this.read('g', guest, level, place.address), gpa: address, hostRights: place.rights };
      const entry = classify(guest, level, step.value);
      if (entry.kind === 'absent') return this.pageFault(0);
      if (entry.kind === 'illegal') return this.pageFault(1 | 8);
      steps.push(step);
      if (!isBare(guest, level)) rights = and(rights, guestRights(step.value));
      if (entry.kind === 'page') {
        const address = entry.base + (linear & ((1n << BigInt(entry.bits)) - 1n));
        this.checkRights(rights, step.value);
        this.markGuest(steps, this.asked.type === 'write');
        return { address, bits: entry.bits, rights, leaf: step.value };
      }
      if (guest.early) this.markGuest([step], false);
      table = entry.base;
    }
  }

  private checkCanonical(): void {
    const { mode } = this.machine.guest;
    const width = mode === '5level' ? 57 : mode === '4level' ? 48 : 0;
    const { linear } = this.asked;
    const canonical = width === 0 ? linear >> 32n === 0n : BigInt.asUintN(64, BigInt.asIntN(width, linear)) === linear;
    if (!canonical) throw new Stop({ kind: 'gp', at: 'access' });
  }

  /** Intel SDM vol. 3A, 4.6. */
  private checkRights(rights: Rights, leaf: bigint): void {
    const { guest } = this.machine;
    const { type, user } = this.asked;
    const write = type === 'write';
    let refused = false;
    if (user && !rights.user) refused = true;
    if (write && !rights.write && (user || guest.wp)) refused = true;
    if (type === 'fetch' && !rights.execute) refused = true;
    if (!user && rights.user && type === 'fetch' && guest.smep) refused = true;
    if (!user && rights.user && type !== 'fetch' && guest.smap && !guest.ac) refused = true;
    const key = this.keyRefuses(rights, leaf);
    if (refused || key) this.pageFault(1 | (key ? 32 : 0));
  }

  /** A key is looked at for data, once U/S allows the access at all: PKRU for user pages, IA32_PKRS for the others. */
  private keyRefuses(rights: Rights, leaf: bigint): boolean {
    const { guest } = this.machine;
    const { type, user } = this.asked;
    if (guest.mode !== '4level' && guest.mode !== '5level') return false;
    if (type === 'fetch' || (user && !rights.user)) return false;
    if (rights.user ? !guest.pke : !guest.pks) return false;
    const key = (leaf >> 59n) & 15n;
    const register = BigInt(rights.user ? guest.pkru : guest.pkrs);
    const accessDisabled = bit(register, Number(2n * key));
    const writeDisabled = bit(register, Number(2n * key + 1n));
    return accessDisabled || (writeDisabled && type === 'write' && (user || guest.wp));
  }

  private pageFault(code: number): never {
    const { guest } = this.machine;
    const { linear } = this.asked;
    throw new Stop({ kind: 'pf', errorCode: code | this.accessBits(guest, this.asked), cr2: hex(linear) });
  }

  /** The access's own bits of an error code. */
  private accessBits({ nxe, smep }: Paging, { type, user }: Omit<Access, 'linear'>): number {
    return (type === 'write' ? 2 : 0) | (user ? 4 : 0) | (type === 'fetch' && (nxe || smep) ? 16 : 0);
  }

  /** The second dimension. `type` table: a reference to the guest's tables. `rights`: of the guest's page, for data. */
  private nested(gpa: bigint, type: Access['type'] | 'table', inTable: boolean, rights: Rights): Page {
    const { host } = this.machine;
    if (host === null) return { address: gpa, bits: 0, rights: ALL, leaf: 0n };
    const kind = type !== 'table' ? type : host.mode !== 'ept' || host.accessedDirty ? 'write' : 'read';
    const refuse = (code: number, have: Rights): never => {
      if (host.mode === 'ept') return this.violation(gpa, (code & 8) !== 0, kind, inTable, have, rights);
      const bits = BigInt(code | this.accessBits(host, { type: kind, user: true }));
      throw new Stop({ kind: 'npf', exitInfo1: hex(bits | (inTable ? 1n << 33n : 1n << 32n)), exitInfo2: hex(gpa) });
    };
    const steps: Step[] = [];
    let have = ALL;
    let table = host.root;
    for (let level: number = LEVELS[host.mode]; ; level--) {
      const step = { ...this.read('n', host, level, entryAddress(host, level, table, gpa)), gpa, hostRights: ALL };
      const entry = classify(host, level, step.value);
      if (!isBare(host, level)) have = and(have, host.mode === 'ept' ? eptRights(step.value) : guestRights(step.value));
      if (entry.kind === 'absent') refuse(0, have);
      if (entry.kind === 'illegal') refuse(1 | 8, have);
      steps.push(step);
      if (entry.kind === 'page') {
        if (!hostAllows(host, have, kind, rights)) refuse(1, have);
        this.mark('n', host, steps, kind === 'write');
        const address = entry.base + (gpa & ((1n << BigInt(entry.bits)) - 1n));
        return { address, bits: entry.bits, rights: have, leaf: step.value };
      }
      if (host.early) this.mark('n', host, [step], false);
      if (entry.kind === 'table') table = entry.base;
    }
  }

  /** Intel SDM vol. 3C, table 28-7; bits 9 to 11 are the guest's rights of the page, which processors report that have them. */
  private violation(
    gpa: bigint,
    illegal: boolean,
    kind: Access['type'],
    inTable: boolean,
    have: Rights,
    page: Rights,
  ): never {
    const at = this.loading ? 'load' : 'access';
    if (illegal) throw new Stop({ kind: 'eptMisconfig', gpa: hex(gpa), at });
    const host = this.machine.host as Ept;
    let bits = { read: 1, write: inTable ? 3 : 2, fetch: 4 }[kind];
    bits |= (have.read ? 8 : 0) | (have.write ? 16 : 0) | (have.execute ? 32 : 0);
    if (host.modeBasedExecute && have.userExecute) bits |= 64;
    if (!this.loading) bits |= inTable ? 128 : 128 | 256;
    const advanced = inTable ? 0 : (page.user ? 512 : 0) | (page.write ? 1024 : 0) | (page.execute ? 0 : 2048);
    const gla = this.loading ? 0n : this.asked.linear;
    const qualification = hex(BigInt(bits));
    throw new Stop({ kind: 'eptViolation', qualification, gpa: hex(gpa), gla: hex(gla), at, advanced });
  }

  private read(which: string, tables: Tables, level: number, address: bigint): Omit<Step, 'gpa' | 'hostRights'> {
    this.reads.push(`${which}${level}@${hex(address)}`);
    return { level, address, value: this.machine.memory.read(address, entryBytes(tables)) };
  }

  /** With EPT that keeps no accessed and dirty bits, a change of the guest's needs the right to write the memory that it lies in. */
  private markGuest(steps: readonly Step[], dirty: boolean): void {
    const { guest, host, memory } = this.machine;
    if (host?.mode === 'ept' && !host.accessedDirty) {
      for (const [at, { level, gpa, address, hostRights }] of steps.entries()) {
        const wanted = marks(guest, level, dirty && at === steps.length - 1);
        const now = memory.read(address, entryBytes(guest));
        if ((now & wanted) !== wanted && !hostRights.write) this.violation(gpa, false, 'write', true, hostRights, ALL);
      }
    }
    this.mark('g', guest, steps, dirty);
  }

  /** Each entry is marked once, from its value before any of them was. */
  private mark(which: string, tables: Tables, steps: readonly Step[], dirty: boolean): void {
    const { memory } = this.machine;
    const bytes = entryBytes(tables);
    const before = steps.map(({ address }) => memory.read(address, bytes));
    for (const [at, { level, address }] of steps.entries()) {
      const marked = before[at]! | marks(tables, level, dirty && at === steps.length - 1);
      if (marked === before[at]) continue;
      memory.write(address, bytes, marked);
      this.writes.push(`${which}${level}@${hex(address)}=${hex(marked)}`);
    }
  }
}
