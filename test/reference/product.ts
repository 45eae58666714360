/** The product's walker on the machine of the reference model, answering in the same terms. */
import { FORMATS } from '../../src/memory/formats/index.js';
import { PhysicalMemory } from '../../src/memory/physical.js';
import { ACCESS, DEFAULT_CONTROLS, Dimension, type PagingControls } from '../../src/mmu/dimension.js';
import type { WalkObserver } from '../../src/mmu/walk-observer.js';
import { WALK, Walker } from '../../src/mmu/walker.js';
import type { Tables } from './entries.js';
import { hex, type Access, type Done, type Machine, type Outcome } from './translate.js';

export class Product implements WalkObserver {
  readonly memory = new PhysicalMemory();
  readonly walker: Walker;
  /** What walks and PDPTE loads did: emptied by whoever reads it. */
  reads: string[] = [];
  writes: string[] = [];
  /** References saved, by saver. */
  savedBy: [number, number] = [0, 0];

  constructor(machine: Machine, watched = true) {
    for (const [address, value] of machine.memory.words) this.write(address, value);
    const dimensionOf = (tables: Tables): Dimension =>
      new Dimension(FORMATS[tables.mode], Number(tables.root), controlsOf(tables));
    const { guest, host } = machine;
    this.walker = new Walker(this.memory, dimensionOf(guest), host === null ? null : dimensionOf(host));
    if (watched) this.walker.observer = this;
  }

  /** Writes an aligned word of 8 bytes. */
  write(address: bigint, value: bigint): void {
    const frame = Number(address >> 12n);
    const word = Number(address & 0xfffn) >> 2;
    this.memory.write(frame, word, Number(BigInt.asIntN(32, value)));
    this.memory.write(frame, word + 1, Number(BigInt.asIntN(32, value >> 32n)));
  }

  read(address: bigint): bigint {
    const frame = Number(address >> 12n);
    const word = Number(address & 0xfffn) >> 2;
    const half = (at: number): bigint => BigInt(this.memory.read(frame, at) >>> 0);
    return half(word) | (half(word + 1) << 32n);
  }

  control(tables: Tables): void {
    this.walker.guest.setControls(controlsOf(tables));
  }

  access(machine: Machine, { linear, type, user }: Access): Done {
    const { walker } = this;
    const offset = linear & 0xfffn;
    this.forget();
    const status = walker.walk(Number(linear >> 12n), ACCESS[type] | (user ? ACCESS.user : 0));
    const outcome = (): Outcome => {
      if (status === WALK.generalProtection) return { kind: 'gp', at: 'access' };
      if (status === WALK.guestFault) return { kind: 'pf', errorCode: walker.errorCode, cr2: hex(linear) };
      if (status === WALK.nestedFault) return this.nestedFault(machine, linear, 'access');
      return {
        kind: 'ok',
        pa: hex((BigInt(walker.frame) << 12n) | offset),
        guestPageSize: walker.guestShift === 0 ? null : 2 ** walker.guestShift,
        ...(machine.host === null ? {} : { hostPageSize: 2 ** walker.hostShift }),
        global: walker.global,
      };
    };
    return { outcome: outcome(), reads: this.reads, writes: this.writes };
  }

  loadPdptes(machine: Machine): Done {
    this.forget();
    const status = this.walker.loadPdptes();
    const fault = (): Outcome =>
      status === WALK.nestedFault ? this.nestedFault(machine, 0n, 'load') : { kind: 'gp', at: 'load' };
    return { outcome: status === WALK.ok ? { kind: 'ok' } : fault(), reads: this.reads, writes: this.writes };
  }

  reference(dimension: number, level: number, address: number): void {
    this.reads.push(`${'gn'[dimension]}${level}@${hex(BigInt(address))}`);
  }

  saved(_dimension: number, _level: number, by: number): void {
    this.savedBy[by]! += 1;
  }

  update(dimension: number, level: number, address: number, low: number, high: number): void {
    const value = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
    this.writes.push(`${'gn'[dimension]}${level}@${hex(BigInt(address))}=${hex(value)}`);
  }

  private forget(): void {
    this.reads = [];
    this.writes = [];
    this.savedBy = [0, 0];
  }

  private nestedFault({ host }: Machine, linear: bigint, at: 'access' | 'load'): Outcome {
    const { walker } = this;
    const gpa = hex(BigInt(walker.faultGpa) | (walker.faultInTable ? 0n : linear & 0xfffn));
    if (host!.mode !== 'ept') return { kind: 'npf', exitInfo1: hex(BigInt(walker.exitInfo1)), exitInfo2: gpa };
    if (walker.misconfigured) return { kind: 'eptMisconfig', gpa, at };
    const qualification = hex(BigInt(walker.qualification(at === 'access')));
    const advanced = at === 'access' ? walker.advancedQualification : 0;
    return { kind: 'eptViolation', qualification, gpa, gla: hex(at === 'access' ? linear : 0n), at, advanced };
  }
}

function controlsOf(tables: Tables): PagingControls {
  if (tables.mode !== 'ept') return { ...DEFAULT_CONTROLS, ...tables, earlyAccessed: tables.early };
  const { maxPhyAddr, page1gb, accessedDirty, executeOnly, modeBasedExecute, early } = tables;
  const ept = { maxPhyAddr, page1gb, eptAccessedDirty: accessedDirty, executeOnly, modeBasedExecute };
  return { ...DEFAULT_CONTROLS, ...ept, earlyAccessed: early };
}
