/** The reference model is trusted because it answers every vector of the emulators (test/vectors/README.md) as they do. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Vector } from '../../src/verify/vectors.js';
import { bit, type Ept, type Mode, type Paging } from './entries.js';
import { ReferenceMemory } from './memory.js';
import { hex, loadPdptes, translate, type Done, type Machine } from './translate.js';

const ADDRESS = 0xf_ffff_ffff_f000n;

function pagingOf(vector: Vector, mode: Mode, cr0: string, cr3: string, cr4: string, efer: string): Paging {
  const [c0, c4] = [BigInt(cr0), BigInt(cr4)];
  return {
    mode,
    root: BigInt(cr3) & (mode === 'pae' ? ADDRESS | 0xfe0n : ADDRESS),
    maxPhyAddr: vector.maxPhyAddr,
    page1gb: vector.page1gb ?? true,
    pse: bit(c4, 4),
    nxe: bit(c4, 5) && bit(BigInt(efer), 11),
    wp: bit(c0, 16),
    smep: bit(c4, 20),
    smap: bit(c4, 21),
    ac: vector.regs.ac === 1,
    pge: bit(c4, 7),
    pke: bit(c4, 22),
    pks: bit(c4, 24),
    pkru: Number(vector.regs.pkru ?? 0),
    pkrs: Number(vector.regs.pkrs ?? 0),
    bit8Reserved: false,
    early: false,
  };
}

function hostOf(vector: Vector): Paging | Ept | null {
  const { nested, maxPhyAddr } = vector;
  if (nested === null) return null;
  if (nested.kind === 'npt')
    return pagingOf(vector, nested.hostMode as Mode, nested.hcr0!, nested.ncr3!, nested.hcr4!, nested.hefer!);
  return {
    mode: 'ept',
    root: BigInt(nested.eptp!) & ADDRESS,
    maxPhyAddr,
    page1gb: true,
    accessedDirty: nested.accessedDirty!,
    executeOnly: true,
    modeBasedExecute: nested.modeBasedExecute!,
    early: false,
  };
}

/** In the vector's own terms. */
function run(vector: Vector): unknown {
  const memory = new ReferenceMemory();
  for (const [address, value] of Object.entries(vector.mem)) memory.write(BigInt(address), 8, BigInt(value));
  const { cr0, cr3, cr4, efer } = vector.regs;
  const guest = pagingOf(vector, vector.guestMode as Mode, cr0, cr3, cr4, efer);
  const machine: Machine = { memory, guest, host: hostOf(vector), pdptes: null };
  const load = vector.expect.load === undefined ? undefined : loadPdptes(machine);
  const { type, user, linear } = vector.access;
  const stopped: Done = { outcome: load?.outcome ?? {}, reads: [], writes: [] };
  const loaded = load === undefined || load.outcome['kind'] === 'ok';
  const done = loaded ? translate(machine, { linear: BigInt(linear), type, user }) : stopped;
  const memAfter = Object.fromEntries(
    Object.entries(vector.mem).flatMap(([address, before]) => {
      const after = hex(memory.read(BigInt(address), 8));
      return after === before ? [] : [[address, after]];
    }),
  );
  return {
    outcome: asVectorsSay(done.outcome, vector),
    ...(load === undefined ? {} : { load: { reads: load.reads, writes: load.writes } }),
    reads: done.reads,
    writes: done.writes,
    memAfter,
  };
}

/** Bits 9 to 11 of a qualification are reported where the processor has them. */
function asVectorsSay({ advanced, ...outcome }: Done['outcome'], { nested }: Vector): Done['outcome'] {
  if (outcome['kind'] !== 'eptViolation' || !nested!.advancedExitInfo || outcome['at'] === 'load') return outcome;
  return { ...outcome, qualification: hex(BigInt(outcome['qualification'] as string) | BigInt(advanced as number)) };
}

test.each(['native', 'npt', 'ept'])('the reference model answers every %s vector in every field', (name) => {
  const bytes = readFileSync(new URL(`../vectors/${name}.jsonl.gz`, import.meta.url));
  const vectors = gunzipSync(bytes)
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Vector);
  const wrong = vectors.flatMap((vector) => {
    const { outcome, load, reads, writes, memAfter } = vector.expect;
    const expected = { outcome, ...(load === undefined ? {} : { load }), reads, writes, memAfter };
    return sorted(run(vector)) === sorted(expected) ? [] : [{ id: vector.id, found: run(vector), expected }];
  });
  expect(wrong.slice(0, 3)).toEqual([]);
  expect(vectors.length).toBeGreaterThan(1900);
});

/** JSON with the keys of objects in order. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
