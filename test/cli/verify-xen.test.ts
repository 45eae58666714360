/** `vmmu verify xen`: a workload under paravirtual, shadow and nested paging against what Xen counted of it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { complaintOf, printedHere } from './in-process.js';
import { temporaryFolder } from './vmmu.js';

const folder = temporaryFolder();
const shipped = (name: string): string => new URL(`../../traces/${name}`, import.meta.url).pathname;
const churn = JSON.parse(readFileSync(shipped('measured/churn.xen.json'), 'utf8')) as Record<string, object>;

describe('the shipped guest', () => {
  let text = '';
  beforeAll(async () => void (text = await printedHere('verify xen')));
  const row = (guest: string, counter: string): string[] =>
    text
      .split('\n')
      .map((line) => line.split(/ {2,}/))
      .find(([first, second]) => first === guest && second === counter)!;

  test('paravirtual: every counter within its band', () => {
    const rows = text.split('\n').filter((line) => line.startsWith('xen-pv'));
    expect(rows.filter((line) => line.endsWith('passed'))).toHaveLength(27);
    expect(rows.filter((line) => line.includes('FAILED'))).toEqual([]);
  });

  test.each([
    ['xen-pv', 'ptwr_eight_bytes', '20552', '20552'],
    ['xen-pv', 'mmu_update_preserve_ad', '8215 / 8215', '8215'],
    ['xen-pv', 'pin_l1', '117', '117'],
  ])('%s %s: %s measured, %s modelled', (guest, counter, measured, modelled) => {
    expect(row(guest, counter).slice(2, 4)).toEqual([measured, modelled]);
  });

  test.each(['page_faults', 'cr3_writes', 'invlpg', 'guest_faults', 'fixed', 'unsync', 'resync', 'shadows_made_l1'])(
    'shadow tables: %s within its band',
    (counter) => expect(row('xen-hvm-shadow', counter).at(-1)).toBe('passed'),
  );

  test('what the model misses stays visible, and the status says so', () => {
    expect(row('xen-hvm-shadow', 'emulated_fast_path').at(-1)).toBe('FAILED');
    expect(text).toMatch(/\n\d+ passed, 1 failed\n$/);
    expect(process.exitCode).toBe(1);
    process.exitCode = undefined;
  });

  test('nested paging has no exits for page faults, CR3 and INVLPG, measured or modelled', () => {
    for (const counter of ['page_faults', 'cr3_writes', 'invlpg'])
      expect(row('xen-hvm-hap', counter).slice(2)).toEqual(['0', '0', 'none', 'passed']);
  });

  test('counters that depend on time have no band; what the model does not have is said', () => {
    expect(row('xen-pv', 'iret').at(-1)).toMatch(/^depends on time/);
    expect(row('xen-hvm-shadow', 'cr3_reads').slice(2)).toEqual(['167 / 166', 'not modelled']);
  });
});

describe('another guest', () => {
  test('a negative count: where, what, what is allowed', async () => {
    writeFileSync(join(folder, 'wrong.json'), JSON.stringify({ ...churn, hap: { cr3_writes: [-1] } }));
    expect(await complaintOf('verify xen --trace churn --measured wrong.json', folder)).toMatch(
      /wrong\.json:1:\d+: hap\.cr3_writes\.0: found -1; /,
    );
  });

  test('a missing part', async () => {
    writeFileSync(join(folder, 'part.json'), JSON.stringify({ pv: {}, shadow: {} }));
    expect(await complaintOf('verify xen --trace churn --measured part.json', folder)).toMatch(/part\.json:1:1: hap: /);
  });

  test.each([
    ['verify xen --trace churn', '--trace and --measured go together'],
    ['verify xen some.json', 'found some.json; xen takes its files with --trace and --measured'],
    ['verify xen --trace nothing.arrows --measured x.json', 'no such file'],
    [
      `verify xen --trace xz --measured ${shipped('measured/churn.xen.json')}`,
      "xz: found a trace of a user program; expected one of a full system, with the guest's table writes",
    ],
  ])('%s', async (args, complaint) => {
    expect(await complaintOf(args)).toContain(complaint);
  });
});
