/**
 * How soon the report page answers, and how long new prices take: a page of the shipped results, and one of 1,000 rows, in headless chromium.
 *
 *   npm run build && node scripts/page-speed.mjs [--runs 7]
 *
 * Interactive: from the request for the file until the first view has been painted and the thread that takes clicks is free. Prices: from moving a slider
 * until the table and charts of the overview have been painted again; of it, the pricing alone.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { gather } from '../dist/gather/gather.js';
import { pageText } from '../dist/gather/page-text.js';

const runs = Number(process.argv[process.argv.indexOf('--runs') + 1]) || 7;
const folder = mkdtempSync(join(tmpdir(), 'vmmu-page-speed-'));
const shipped = await gather(['results'], 'shipped results', '0');
const many = {
  ...shipped,
  rows: Array.from({ length: 1000 }, (_, at) => {
    const row = shipped.rows[at % shipped.rows.length];
    return { ...row, trace: `${row.trace}-${Math.floor(at / shipped.rows.length)}` };
  }),
};

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
});
try {
  for (const [name, data] of Object.entries({ 'shipped results': shipped, '1,000 rows': many })) {
    const file = join(folder, 'page.html');
    const text = await pageText(data);
    writeFileSync(file, text);
    console.log(`${name}: ${(Buffer.byteLength(text) / 1e6).toFixed(2)} MB`);
    const loads = [];
    const turns = [];
    for (let run = 0; run < runs; run++) {
      const page = await (await browser.newContext({ offline: true })).newPage();
      await page.goto(pathToFileURL(file).href);
      loads.push(await page.evaluate(painted));
      turns.push(await page.evaluate(turned));
      await page.context().close();
    }
    report('  interactive after', loads);
    report('  new prices on the overview', turns);
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}

/** Milliseconds since navigation began, when what was drawn has been painted. */
function painted() {
  return new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()))));
}

/** Milliseconds from a move of a slider until the next paint is over. */
async function turned() {
  const slider = document.querySelector('#price-exit');
  const next = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const began = performance.now();
  slider.value = String(Number(slider.value) + 100);
  slider.dispatchEvent(new Event('input', { bubbles: true }));
  await next();
  return performance.now() - began;
}

function report(what, times) {
  const sorted = times.toSorted((a, b) => a - b);
  const [least, median, most] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  console.log(`${what}: ${median.toFixed(0)} ms (${least.toFixed(0)} – ${most.toFixed(0)}, ${times.length} runs)`);
}
