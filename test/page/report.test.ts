/** Does the page show what the command line counts, at any price; does it work for everyone, offline? */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { gather } from '../../src/gather/gather.js';
import { pageText } from '../../src/gather/page-text.js';
import { comparisons, verdict } from '../../src/report/summary.js';
import type { ResultRow } from '../../src/report/result-row.js';
import { printedHere } from '../cli/in-process.js';
import { temporaryFolder } from '../cli/vmmu.js';
import { accessibilityFindings, NO_CHROMIUM, overflow, pages } from './browser.js';

const folder = temporaryFolder();
const TRACE = join(folder, 'storm.arrows');
const RUN = `run ${TRACE} --machine intel-cascadelake,amd-zen4 --strategy native,shadow,nested --quiet`;

describe.skipIf(NO_CHROMIUM)('a report of a run (Debian package chromium)', () => {
  const shown = pages(async () => {
    await printedHere(`trace gen cow-storm ${TRACE} --operations 200`);
    await printedHere(`${RUN} --out ${join(folder, 'mine')}`);
    return pageText(await gather([join(folder, 'mine')], 'mine', '0'));
  });
  let recorded: ResultRow[];
  beforeAll(async () => {
    recorded = rowsOf(await printedHere(`${RUN} --format json`));
  });

  test('the verdict on each comparison is that of the command line', () =>
    shown(async (page) => {
      for (const comparison of comparisons(recorded)) {
        await page.getByLabel('machine').selectOption(comparison.machine);
        const lines = await page.getByTestId('verdict').innerText();
        for (const line of verdict(comparison)) expect(lines).toContain(line);
      }
    }));

  const TURNS: readonly [machine: string, generation: string, turned: Readonly<Record<string, number>>][] = [
    ['intel-cascadelake', '', {}],
    ['intel-cascadelake', '', { exit: 1234 }],
    ['intel-cascadelake', '', { memory: 500, l1: 7, l2: 20, l3: 90 }],
    ['amd-zen4', '', { exit: 500, l2tlb: 30, pwc: 3, ntlb: 9 }],
    ['amd-zen4', 'prescott-2005', { exit: 20, memory: 1 }],
  ];

  test.each(TURNS)('sliders price as the command does that the page names: %s %s %o', (machine, generation, turned) =>
    shown(
      async (page) => {
        if ((await page.locator('.prices[open]').count()) === 0) await page.getByText('Prices:').click();
        for (const [dial, cycles] of Object.entries(turned)) await page.locator(`#price-${dial}`).fill(String(cycles));
        const command = page.getByTestId('command');
        const shown = (await command.count()) === 0 ? '' : ` ${(await command.innerText()).replaceAll("'", '')}`;
        const options = ` --machine ${machine}${shown}`;
        const replayed = rowsOf(
          await printedHere(`run ${TRACE} --strategy native,shadow,nested --quiet --format json${options}`),
        );
        const table = parse<Record<string, string>>(await taken(page, 'sweep', 'CSV'), { columns: true });
        const here = table.filter((row) => row['machine'] === machine);
        expect(here.map(({ strategy, totalCycles }) => [strategy, Number(totalCycles)])).toEqual(
          replayed.map(({ strategy, cycles }) => [strategy, cycles.total]),
        );
      },
      { hash: `#sweep?across=strategy&series=machine&measure=totalCycles&machine=${machine}&generation=${generation}` },
    ),
  );

  test('the break-even price moves with the price of memory', () =>
    shown(async (page) => {
      const before = await page.locator('[data-table=comparisons]').textContent();
      await page.locator('#price-memory').fill('1000');
      expect(await page.locator('[data-table=comparisons]').textContent()).not.toBe(before);
      await page.getByRole('button', { name: 'As recorded' }).click();
      expect(await page.locator('[data-table=comparisons]').textContent()).toBe(before);
    }));

  test('what is set stands in the address, and a copy of the address shows the same', () =>
    shown(async (page) => {
      await page.locator('#price-exit').fill('777');
      await page.getByLabel('machine').selectOption('amd-zen4');
      const text = await page.locator('main').innerText();
      const address = page.url();
      await page.goto('about:blank');
      await page.goto(address);
      expect(await page.locator('main').innerText()).toBe(text);
    }));

  test('by keyboard alone: to the content, a price by arrows, a counter in the glossary and back', () =>
    shown(
      async (page) => {
        await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
        expect(await page.locator('main:focus').count()).toBe(1);
        await page.locator('summary').focus();
        await page.keyboard.press('Enter');
        await page.locator('#price-exit').focus();
        await page.keyboard.press('ArrowRight');
        expect(page.url()).toMatch(/exit=\d+/);
        const term = page.getByRole('button', { name: 'walkRefs', exact: true });
        await term.focus();
        await page.keyboard.press('Enter');
        expect(await page.getByRole('dialog').innerText()).toContain('table entries read by those walks');
        await page.keyboard.press('Escape');
        expect(await page.getByRole('dialog').count()).toBe(0);
        expect(await term.evaluate((button) => button === document.activeElement)).toBe(true);
      },
      { hash: '#walks' },
    ));

  test('a chart goes along as SVG with its title, and as CSV with its numbers', () =>
    shown(async (page) => {
      expect(await taken(page, 'break-even', 'SVG')).toMatch(/^<svg[^]*The price of an exit that decides/);
      const [, first] = parse(await taken(page, 'cycles', 'CSV'));
      expect(first!.slice(0, 2)).toEqual(['cow-storm', 'native']);
      expect(Number(first![2])).toBe(
        recorded.find(({ machine }) => machine === 'intel-cascadelake')!.cycles.perKiloRef,
      );
    }));

  test('values stand under the pointer', () =>
    shown(async (page) => {
      const chart = page.locator('[data-figure=causes] svg').last();
      const { width, height } = (await chart.boundingBox())!;
      await chart.hover({ position: { x: width / 2, y: height / 2 } });
      await expect.poll(() => chart.innerHTML()).toContain('cycles per 1,000 references: ');
    }));
});

describe.skipIf(NO_CHROMIUM)(
  'a report of what is not exact, and of VMMs that are entered without exits (Debian package chromium)',
  () => {
    const OF = 'run gcc-faults --allow-inexact --machine amd-zen4 --strategy native,xen-pv,nested,best --quiet';
    const shown = pages(async () => {
      await printedHere(`${OF} --out ${join(folder, 'odd')}`);
      await printedHere(`${OF} --host-pages 2m --out ${join(folder, 'large')}`);
      await printedHere(
        `run gcc-faults --allow-inexact --machine intel-prescott --quiet --out ${join(folder, 'none')}`,
      );
      return pageText(
        await gather(
          ['odd', 'large', 'none'].map((name) => join(folder, name)),
          'odd',
          '0',
        ),
      );
    });

    test('the notes say what is approximate, what was excluded, and what is a model', () =>
      shown(async (page) => {
        const notes = page.getByTestId('notes');
        expect(await notes.innerText()).toMatch(/nested.*: inexact: only references that faulted/);
        expect(await notes.innerText()).toContain('table lines in data caches: model');
        await page.getByLabel('machine').selectOption('intel-prescott');
        expect(await notes.innerText()).toMatch(/nested: excluded: intel-prescott has no nested paging/);
      }));

    test('runs with other host pages are comparisons of their own, each with its best strategy', () =>
      shown(
        async (page) => {
          const table = parse<Record<string, string>>(await taken(page, 'sweep', 'CSV'), { columns: true });
          const best = table.filter(({ machine, strategy }) => machine === 'amd-zen4' && strategy === 'best');
          expect(best.map(({ hostPages }) => hostPages)).toEqual(['4k', '2m']);
        },
        { hash: '#sweep?across=hostPages&series=strategy&facet=machine' },
      ));

    test('where no exit is priced, the line of a VMM lies at what it costs', () =>
      shown(async (page) => {
        const points = parse<Record<string, string>>(await taken(page, 'break-even', 'CSV'), { columns: true });
        const cycles = parse<Record<string, string>>(await taken(page, 'cycles', 'CSV'), { columns: true });
        const cost = cycles.find((row) => row['series'] === 'xen-pv')!['cycles per 1,000 references'];
        const line = points.filter(({ series }) => series === 'xen-pv');
        expect(new Set(line.map((row) => Number(row['cycles per 1,000 references']).toPrecision(9)))).toEqual(
          new Set([Number(cost).toPrecision(9)]),
        );
      }));
  },
);

describe.skipIf(NO_CHROMIUM)('the report of the results that come with vmmu (Debian package chromium)', () => {
  let text: string;
  const shown = pages(async () => (text = await pageText(await gather(['results'], 'results', '0'))));
  const views = (page: Page): Promise<string[]> =>
    page.locator('nav a').evaluateAll((links) => links.map((link) => link.getAttribute('href')!));

  test('it is smaller than 1.5 MB', () => {
    expect(Buffer.byteLength(text)).toBeLessThan(1.5e6);
  });

  test.each(['light', 'dark'] as const)('no view is wider than 320 pixels, and axe finds nothing: %s', (colorScheme) =>
    shown(
      async (page) => {
        for (const view of await views(page)) {
          await page.goto(`${page.url().split('#')[0]!}${view}`);
          await page.locator('main h2').waitFor();
          expect(await overflow(page), view).toBeLessThanOrEqual(0);
          expect(await accessibilityFindings(page), view).toEqual([]);
        }
      },
      { colorScheme, viewport: { width: 320, height: 640 } },
    ),
  );

  test('every experiment shows its answer and a chart with marks for each of its figures', () =>
    shown(
      async (page) => {
        const names = await page.getByLabel('experiment').locator('option').evaluateAll(values);
        expect(names.length).toBeGreaterThan(15);
        for (const name of names) {
          await page.getByLabel('experiment').selectOption(name);
          const { figures, answer } = JSON.parse(readFileSync(`results/${name}/manifest.json`, 'utf8')) as Stored;
          expect(await page.locator('main').innerText()).toContain(answer[0]);
          await expect.poll(() => page.locator('figure.chart').count()).toBe(figures.length);
          for (const figure of figures)
            expect(await page.locator(`[data-figure="${figure}"] svg :is(rect, path, circle)`).count()).toBeGreaterThan(
              0,
            );
        }
      },
      { hash: '#experiments' },
    ));
});

interface Stored {
  readonly figures: readonly string[];
  readonly answer: readonly string[];
}

function values(options: Element[]): string[] {
  return options.map((option) => (option as HTMLOptionElement).value);
}

function rowsOf(text: string): ResultRow[] {
  return (JSON.parse(text) as { rows: ResultRow[] }).rows;
}

/** What a button of a chart or a table gives to save. */
async function taken(page: Page, name: string, kind: 'CSV' | 'SVG'): Promise<string> {
  const button = page.locator(`[data-figure="${name}"], [data-table="${name}"]`).getByRole('button', { name: kind });
  const download = page.waitForEvent('download');
  await button.click();
  return readFileSync(await (await download).path(), 'utf8');
}
