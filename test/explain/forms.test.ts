import { expect, test } from 'vitest';
import { coloured, plain } from '../../src/explain/paint.js';
import { walksOf } from '../../src/explain/step.js';
import { explanationSvg } from '../../src/explain/svg.js';
import { explanationText } from '../../src/explain/text.js';
import { explainVector } from '../../src/explain/vector.js';
import { mapping, vectorsOf } from './walks.js';

const EXPLANATIONS = {
  '4K on 4K': mapping(),
  '2M on 4K, first write': mapping({ guestPage: '2m', clean: true, type: 'write' }),
  '5-level on 5-level': mapping({ guest: '5level', hostMode: '5level' }),
  native: mapping({ host: 'none' }),
  'PAE on EPT': mapping({ guest: 'pae', host: 'ept' }),
  shadow: mapping({ host: 'shadow' }),
  'walk caches': mapping({ repeat: 2 }, '2d+ntlb'),
  'paging off': mapping({ guest: 'none' }),
  'not canonical': mapping({ linear: '0x800000000000' }),
  ...Object.fromEntries(
    ['native', 'npt', 'ept'].flatMap((suite) =>
      vectorsOf(suite)
        .filter(({ expect: { load } }, at) => load === undefined && at % 500 === 0)
        .map((vector) => [vector.id, explainVector(vector, suite)]),
    ),
  ),
};

test.each(Object.entries(EXPLANATIONS))('%s: text, JSON and SVG have the same references', (_, explanation) => {
  const walks = walksOf(explanation.happenings);
  const made = walks.flatMap(({ steps }) => steps.filter(({ kind }) => kind === 'reference'));
  const saved = walks.flatMap(({ steps }) => steps.filter(({ kind }) => kind === 'saved'));
  const loads = explanation.happenings.flatMap((one) => (one.event === 'pdpteLoad' ? one.steps : []));
  const json = JSON.stringify(explanation);
  expect(json.split('"kind":"reference"').length - 1).toBe(made.length + loads.length + softwareSteps(json));
  const text = explanationText(explanation, plain);
  expect(text.match(/^ +\d+ {2}[gns]L\d/gm) ?? []).toHaveLength(made.length + loads.length);
  expect(text.match(/^ +– {2}[gns]L\d/gm) ?? []).toHaveLength(saved.length);
  const svg = explanationSvg(explanation, null);
  expect(svg.match(/>\d+</g) ?? []).toHaveLength(made.length);
  expect(svg.match(/>– [gns]L\d</g) ?? []).toHaveLength(saved.length);
  expect(outline(svg)[0]).toBe('svg');
});

/** References of a VMM's walk in software are listed, but are none of the hardware. */
function softwareSteps(json: string): number {
  const { happenings } = JSON.parse(json) as { happenings: { event: string; steps: unknown[] }[] };
  return happenings.flatMap(({ event, steps }) => (event === 'softwareWalk' ? steps : [])).length;
}

test('a text of a whole walk fits a terminal of 120 columns, and colour changes nothing else', () => {
  const text = explanationText(mapping({ guest: '5level', host: 'ept' }), plain);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  const colour = explanationText(mapping({ guest: '5level', host: 'ept' }), coloured);
  expect(colour).not.toBe(text);
  expect(colour.replace(/\x1b\[\d+m/g, '')).toBe(text);
});

test('what does not fit a slide is refused; one walk of it can be chosen', () => {
  const three = mapping({ repeat: 3 });
  expect(() => explanationSvg(three, null)).toThrow('--format svg: found 3 walks; a slide holds 2');
  expect(() => explanationSvg(three, 4)).toThrow('--walk: found 4; there are 3');
  expect(explanationSvg(three, 3).match(/>\d+</g)).toHaveLength(24);
});

test('a slide is 16:9 and needs nothing from elsewhere', () => {
  const svg = explanationSvg(mapping(), null);
  expect(svg).toContain('viewBox="0 0 1600 900"');
  expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|<image|<script|@import/);
});

test('the check of XML finds what is not well-formed', () => {
  for (const bad of ['<a><b></a>', '<a', '<a x=1/>', '<a>&</a>', '<a/><b/>', '<a>'])
    expect(() => outline(bad)).toThrow();
  expect(outline('<a x="1"><b/>t &amp; u</a>')).toEqual(['a', 'b']);
});

/** The elements of a well-formed document without comments and declarations, in order; throws at the first fault. */
function outline(xml: string): string[] {
  const names: string[] = [];
  const open: string[] = [];
  const token = /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+="[^"<&]*")*)\s*(\/?)>|((?:[^<&]|&(?:amp|lt|gt|quot|apos);)+)/y;
  while (token.lastIndex < xml.length) {
    const { lastIndex } = token;
    const found = token.exec(xml);
    if (found === null) throw new Error(`not well-formed at ${lastIndex}`);
    const [, closing, name, , empty, text] = found;
    if (text !== undefined) {
      if (open.length === 0 && text.trim() !== '') throw new Error('text outside');
    } else if (closing === '/') {
      if (open.pop() !== name) throw new Error(`</${name!}> closes nothing`);
    } else {
      if (open.length === 0 && names.length > 0) throw new Error('a second root');
      names.push(name!);
      if (empty !== '/') open.push(name!);
    }
  }
  if (open.length > 0) throw new Error(`<${open.at(-1)!}> stays open`);
  return names;
}
