import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { resolveConfig } from '../../src/config/resolve.js';
import { history } from '../../src/explain/history.js';
import { replayHistory } from '../../src/explain/history-replay.js';
import type { PageData } from '../../src/gather/page-data.js';
import { pageText } from '../../src/gather/page-text.js';
import { accessibilityFindings, NO_CHROMIUM, overflow, pages, type Shown } from './browser.js';

/** As published: G the guest's entries from the root, H the nested entries on the way to each, UD the user's data. */
const ORDER_24 =
  'G1H1 G1H2 G1H3 G1H4 G1 G2H1 G2H2 G2H3 G2H4 G2 G3H1 G3H2 G3H3 G3H4 G3 G4H1 G4H2 G4H3 G4H4 G4 UDH1 UDH2 UDH3 UDH4';

const DATA: PageData = {
  schema: 'vmmu/page@1',
  version: '0',
  title: 'a page without results',
  sources: [],
  prices: [],
  rows: [],
  traces: [],
  experiments: [],
  claims: [],
  notes: [],
};

describe.skipIf(NO_CHROMIUM)('the walk explorer (Debian package chromium)', () => {
  const open = pages(() => pageText(DATA));
  const shown = (look: (page: Page) => Promise<void>, { chosen = '', ...context }: Shown & { chosen?: string } = {}) =>
    open(look, { hash: `#explorer${chosen}`, ...context });

  const steps = (page: Page): Locator => page.getByRole('group', { name: 'Steps of the walk' });
  const events = (page: Page): Locator => page.getByRole('group', { name: 'Events of the history' });
  const textOf = (page: Page, id: string): Promise<string> => page.getByTestId(id).innerText();

  test('stepping forward shows the 24 references of a 4K-on-4K walk in the published order, stepping back undoes it', () =>
    shown(async (page) => {
      const orders: string[] = [];
      for (let reference = 1; reference <= 24; reference++) {
        await expect.poll(() => steps(page).getByRole('status').innerText()).toContain(`reference ${reference} of 24`);
        orders.push(await textOf(page, 'step-order'));
        if (reference < 24) await steps(page).getByRole('button', { name: 'Forward' }).click();
      }
      expect(orders.join(' ')).toBe(ORDER_24);
      expect(await textOf(page, 'end')).toMatch(/^translated to sPA 0x/);
      await steps(page).getByRole('button', { name: 'Back' }).click();
      expect(await textOf(page, 'step-order')).toBe('UDH3');
    }));

  test('arrow keys, Home and End lead through the walk, and the focus goes with them', () =>
    shown(async (page) => {
      const current = steps(page).locator('[aria-current=step]');
      await current.focus();
      for (const [key, order] of [
        ['ArrowRight', 'G1H2'],
        ['ArrowDown', 'G1H3'],
        ['ArrowLeft', 'G1H2'],
        ['End', 'UDH4'],
        ['ArrowRight', 'UDH4'],
        ['Home', 'G1H1'],
      ] as const) {
        await page.keyboard.press(key);
        expect(await textOf(page, 'step-order')).toBe(order);
        expect(await steps(page).locator('[aria-current=step]:focus').count()).toBe(1);
      }
    }));

  test('every choice and every step can be reached by Tab, and the steps are one stop', () =>
    shown(async (page) => {
      const reached: string[] = [];
      while (!reached.includes('history-seed') && reached.length < 60) {
        await page.keyboard.press('Tab');
        reached.push(await page.evaluate<string>('document.activeElement.id || document.activeElement.textContent'));
      }
      for (const name of ['guest', 'guest-page', 'host', 'host-mode', 'host-page', 'machine', 'walk-caches', 'access'])
        expect(reached).toContain(`asked-${name}`);
      for (const name of ['privilege', 'marks', 'repeat', 'gva']) expect(reached).toContain(`asked-${name}`);
      expect(reached.filter((text) => text.includes('nL4'))).toHaveLength(1);
      expect(reached).toContain('not present');
    }));

  test.each([
    ['a nested entry', '?walk-step=24', 'nested page fault at gPA 0x40000678', 'the VMM'],
    ["an entry of the guest's", '?walk-step=20', '#PF, error code 0x4 (U)', 'the guest (no VM exit)'],
    ['on bare metal', '?walk-host=none&walk-step=4', '#PF, error code 0x4 (U)', 'the operating system'],
    ['under EPT', '?walk-host=ept&walk-step=24', 'EPT violation at gPA 0x40000678', 'the VMM'],
    [
      'under shadow tables',
      '?walk-host=shadow&walk-step=5',
      '#PF, error code 0x4 (U)',
      'the guest (by way of the VMM)',
    ],
  ])('breaking %s ends the walk and says who receives the fault; mending undoes it', (_, chosen, end, receiver) =>
    shown(
      async (page) => {
        const whole = await textOf(page, 'end');
        await page.getByRole('button', { name: 'not present' }).click();
        expect(await textOf(page, 'end')).toBe(end);
        expect(await textOf(page, 'receiver')).toBe(receiver);
        await page.getByRole('button', { name: 'Mend' }).click();
        expect(await textOf(page, 'end')).toBe(whole);
        expect(await page.getByTestId('receiver').count()).toBe(0);
      },
      { chosen },
    ),
  );

  test('what cannot be broken so has a button that does nothing', () =>
    shown(
      async (page) => {
        expect(await page.getByRole('button', { name: 'reserved bit' }).isDisabled()).toBe(true);
        expect(await page.getByRole('button', { name: 'write protected' }).isDisabled()).toBe(false);
      },
      { chosen: '?walk-host=none&walk-guest=32bit&walk-step=2' },
    ));

  test('a bad address is refused beside its field, in one line, and the field says that it is invalid', () =>
    shown(async (page) => {
      const field = page.getByLabel('Guest-virtual address');
      await field.fill('zz');
      const message = "--gva: found 'zz'; expected an address, for example 0x7f5a12345678";
      expect(await page.getByRole('alert').innerText()).toBe(message);
      expect(await field.getAttribute('aria-invalid')).toBe('true');
      expect(await page.locator(`#${(await field.getAttribute('aria-describedby'))!}`).innerText()).toBe(message);
      await field.fill('0x1000');
      expect(await field.getAttribute('aria-invalid')).toBeNull();
      expect(await textOf(page, 'end')).toMatch(/^translated/);
    }));

  test('the address of the page brings all of it back', () =>
    shown(async (page) => {
      await page.getByLabel('Guest page').selectOption('2m');
      await page.getByLabel('Walk caches').selectOption('2d');
      await steps(page).getByRole('button', { name: 'Last' }).click();
      const before = await textOf(page, 'step-label');
      await page.reload();
      expect(await page.getByLabel('Guest page').inputValue()).toBe('2m');
      expect(await page.getByLabel('Walk caches').inputValue()).toBe('2d');
      expect(await textOf(page, 'step-label')).toBe(before);
    }));

  test('after 60 events and at the end, the history counts what the same replay counts outside of the page', () =>
    shown(async (page) => {
      const replayed = [
        ...replayHistory(
          history(1),
          resolveConfig({}, () => ''),
        ),
      ];
      for (const event of [60, 200]) {
        await events(page)
          .getByRole('slider')
          .fill(String(event - 1));
        expect(await textOf(page, 'event')).toBe(String(event));
        for (const side of ['shadow', 'nested'] as const) {
          const { result, cost } = replayed[event - 1]!.soFar[side];
          expect(await textOf(page, `exits-${side}`)).toBe(result.counters.vmExits.toLocaleString('en'));
          expect(await textOf(page, `exits-${side}-nestedFault`)).toBe(String(result.exits.nestedFault));
          expect(await textOf(page, `exits-${side}-hiddenFault`)).toBe(String(result.exits.hiddenFault));
          expect(await textOf(page, `cycles-${side}`)).toBe(Math.round(cost.total).toLocaleString('en'));
        }
      }
    }));

  test('the history plays by itself and pauses; a reader who wants no movement is led to its end at once', async () => {
    await shown(async (page) => {
      await page.getByRole('button', { name: 'Play' }).click();
      await expect.poll(async () => Number(await textOf(page, 'event'))).toBeGreaterThan(2);
      await page.getByRole('button', { name: 'Pause' }).click();
      expect(page.url()).toContain(`history-event=${await textOf(page, 'event')}`);
    });
    await shown(
      async (page) => {
        await page.getByRole('button', { name: 'Play' }).click();
        await expect.poll(() => textOf(page, 'event')).toBe('200');
      },
      { reducedMotion: 'reduce' },
    );
  });

  test.each(['light', 'dark'] as const)(
    'nothing is wider than a window of 320 pixels, and axe finds nothing: %s',
    (theme) =>
      shown(
        async (page) => {
          await events(page).waitFor();
          expect(await overflow(page)).toBeLessThanOrEqual(0);
          expect(await accessibilityFindings(page)).toEqual([]);
        },
        {
          colorScheme: theme,
          viewport: { width: 320, height: 640 },
          chosen:
            '?walk-walk-caches=2d%2Bntlb&walk-marks=clear&walk-repeat=2&walk-step=30&walk-fault=1%3Areserved-bit&history-event=90',
        },
      ),
  );
});
