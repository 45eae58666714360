import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { differencesOf, modeOf, type Vector } from '../../src/verify/vectors.js';

function load(name: string): Vector[] {
  const bytes = readFileSync(new URL(`${name}.jsonl.gz`, import.meta.url));
  const lines = gunzipSync(bytes).toString().trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Vector);
}

function countByMode(vectors: Vector[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const vector of vectors) counts[modeOf(vector)] = (counts[modeOf(vector)] ?? 0) + 1;
  return counts;
}

/** How many of each mode there are: a file that shrinks is noticed. */
const MODES = {
  native: { none: 8, '32bit': 859, pae: 1111, '4level': 2592, '5level': 2136 },
  npt: {
    ...{ 'none/32bit': 14, 'none/pae': 18, 'none/4level': 128, 'none/5level': 27 },
    ...{ '32bit/32bit': 32, '32bit/pae': 38, '32bit/4level': 320, '32bit/5level': 70 },
    ...{ 'pae/32bit': 43, 'pae/pae': 40, 'pae/4level': 380, 'pae/5level': 90 },
    ...{ '4level/32bit': 52, '4level/pae': 54, '4level/4level': 791, '4level/5level': 128 },
    ...{ '5level/32bit': 59, '5level/pae': 81, '5level/4level': 727, '5level/5level': 146 },
  },
  ept: { 'none/ept': 86, '32bit/ept': 287, 'pae/ept': 277, '4level/ept': 728, '5level/ept': 547 },
};

describe.each(['native', 'npt', 'ept'] as const)('%s vectors', (suite) => {
  const vectors = load(suite);

  test('are there, mode by mode', () => expect(countByMode(vectors)).toEqual(MODES[suite]));

  test('agree with the emulators in outcome, reads, writes and memory, in order', () => {
    const differences = vectors
      .map((vector) => ({ id: vector.id, differences: differencesOf(vector) }))
      .filter((vector) => vector.differences.length > 0);
    expect(differences).toEqual([]);
  });
});

test('a difference in any expected field is found', () => {
  const vector = load('npt').find(({ expect: e }) => e.outcome['kind'] === 'ok' && e.writes.length > 0)!;
  expect(differencesOf(vector)).toEqual([]);
  const wrong = {
    outcome: { ...vector.expect.outcome, global: !vector.expect.outcome['global'] },
    load: { reads: [], writes: [] },
    reads: vector.expect.reads.toReversed(),
    writes: vector.expect.writes.slice(1),
    memAfter: {},
  };
  for (const [field, value] of Object.entries(wrong)) {
    if (field === 'load') continue;
    const changed = { ...vector, expect: { ...vector.expect, [field]: value } };
    expect(differencesOf(changed).map((difference) => difference.field)).toEqual([field]);
  }
});
