/** Pages in Debian's chromium, in a window that no network reaches. Elsewhere these tests are skipped; in `.ci/run` that is a failure. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';

const CHROMIUM = '/usr/bin/chromium';
const ARGUMENTS = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

export const NO_CHROMIUM = !existsSync(CHROMIUM);
if (NO_CHROMIUM && process.env['VMMU_CI'] === '1') throw new Error('needs the Debian package chromium');

export interface Shown extends BrowserContextOptions {
  /** Behind the page's address: `#view?name=value`. */
  readonly hash?: string;
}

/** A browser for the tests of a `describe`. */
export function pages(text: () => Promise<string>) {
  let browser: Browser;
  let folder: string;
  let address: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vmmu-page-'));
    const file = join(folder, 'page.html');
    writeFileSync(file, await text());
    address = pathToFileURL(file).href;
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
  });

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  /** Closed after `look`: no error, no word on the console, and no request but for the page itself may have been made. */
  return async (look: (page: Page) => Promise<void>, { hash = '', ...context }: Shown = {}): Promise<void> => {
    const opened = await browser.newContext({ offline: true, ...context });
    const page = await opened.newPage();
    const complaints: string[] = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('request', (request) => {
      if (!/^(file|data|blob):/.test(request.url())) complaints.push(request.url());
    });
    await page.goto(`${address}${hash}`);
    await look(page);
    await opened.close();
    expect(complaints).toEqual([]);
  };
}

/** What axe-core finds, by rule and place. */
export async function accessibilityFindings(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: AXE });
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run: () => Promise<{ violations: Violation[] }> } };
    return (await axe.run()).violations;
  });
  return violations.map(
    ({ id, impact, nodes }) => `${impact ?? ''} ${id}: ${nodes.map(({ target }) => String(target)).join(' ')}`,
  );
}

interface Violation {
  readonly id: string;
  readonly impact?: string | null;
  readonly nodes: readonly { readonly target: unknown }[];
}

/** Pixels by which a page is wider than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}
