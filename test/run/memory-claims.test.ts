import { describe, expect, test } from 'vitest';
import { MemoryClaims, type Claim } from '../../src/run/memory-claims.js';

/** Claims in the order in which they are granted. */
async function asked(claims: MemoryClaims, cells: readonly number[]): Promise<{ granted: Claim[] }> {
  const state = { granted: [] as Claim[] };
  for (const bytes of cells) void claims.forCell(bytes).then((claim) => state.granted.push(claim));
  await settled();
  return state;
}

async function settled(): Promise<void> {
  await new Promise(setImmediate);
}

describe('cells are admitted', () => {
  test('while their memory stays below the limit; the next one when one ends', async () => {
    const state = await asked(new MemoryClaims(100, 8), [40, 40, 40]);
    expect(state.granted.length).toBe(2);
    state.granted[0]!.end();
    await settled();
    expect(state.granted.length).toBe(3);
  });

  test('while there are threads', async () => {
    const state = await asked(new MemoryClaims(Infinity, 2), [1, 1, 1]);
    expect(state.granted.length).toBe(2);
    state.granted[1]!.end();
    await settled();
    expect(state.granted.length).toBe(3);
  });

  test('alone where one alone is more than the limit', async () => {
    const state = await asked(new MemoryClaims(100, 8), [500, 10]);
    expect(state.granted.length).toBe(1);
    state.granted[0]!.end();
    await settled();
    expect(state.granted.length).toBe(2);
  });
});

describe('a trace', () => {
  test('counts as what it took once it is decoded', async () => {
    const claims = new MemoryClaims(100, 8);
    const trace = await claims.forTrace(80);
    const state = await asked(claims, [50, 40]);
    expect(state.granted.length).toBe(1); // the first alone, as no other cell runs
    trace.shrink(10);
    await settled();
    expect(state.granted.length).toBe(2);
  });

  test('waits for memory that running cells will give back, and for no thread', async () => {
    const claims = new MemoryClaims(100, 1);
    const state = await asked(claims, [90]);
    let here = false;
    void claims.forTrace(25).then(() => (here = true));
    await settled();
    expect(here).toBe(false);
    state.granted[0]!.end();
    await settled();
    expect(here).toBe(true);
  });
});
