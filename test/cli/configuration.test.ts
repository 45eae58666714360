import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { resolveConfig, type ConfigInput } from '../../src/config/resolve.js';
import { UsageError } from '../../src/errors.js';
import { complaintOf, printedHere } from './in-process.js';
import { temporaryFolder } from './vmmu.js';

const folder = temporaryFolder();
beforeAll(() => printedHere('trace gen uniform small.arrows --refs 2k --pages 64', folder));

/** What is said of a configuration, of which the file `bad.yaml` may be a part. */
function complaint(input: ConfigInput, file = ''): string {
  try {
    resolveConfig(input, (path) => {
      if (path === 'bad.yaml') return file;
      throw new UsageError(`${path}: no such file`);
    });
    return 'none';
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as UsageError).message;
  }
}

const MACHINE = `name: mine
vendor: amd
title: A machine of ours
year: 2020
source: nobody
taggedTlb: true
tlb:
  l1i: { shared: { entries: 64, ways: 4 } }
  l1d: { shared: { entries: 64, ways: 0 } }
  l2: null
  l2HitCycles: 7
caches:
  l1d: { kib: 32, ways: 8, cycles: 4 }
  l2: { kib: 512, ways: 8, cycles: 14 }
  l3: null
  memoryCycles: 300
pteCacheShare: 0.125
costs: epyc-2020
`;

describe('--set', () => {
  test.each([
    ['guest.pages=3m', "guest.pages: found '3m'; expected one of 4k, 2m, 4m, thp, 1g"],
    ['machine.tlb.l1d.4k.ways=3', "unknown key '4k' (nearest: shared); allowed: shared"],
    ['machine.tlb.l2=7', 'machine.tlb.l2: found 7; expected an object of unified, or of instruction and data'],
    ['machine.tlb.l1d.shared.ways=5', 'machine.tlb.l1d.shared: 72 entries cannot be divided by 5 ways'],
    ['machine.tlb.l1d.shared.entries=0', 'machine.tlb.l1d.shared.entries: found 0; expected at least 1'],
    ['machine.tlb.l1d.shared.entries=many', "machine.tlb.l1d.shared.entries: found 'many'; expected a number"],
    ['machine.caches.memoryCycles=-1', 'machine.caches.memoryCycles: found -1; expected at least 0'],
    ['machine.caches.l1d.kib=1e15', 'machine.caches.l1d.kib: found 1000000000000000; expected at most 16777216'],
    ['costs.exitHardwareCycles=1e400', 'costs.exitHardwareCycles: found Infinity; expected a number'],
    ['machine.costs=nope', 'prices are chosen with --costs'],
    ['guest.page=4k', "unknown key 'page' (nearest: pages); allowed: mode, pages, frames, reservedPages"],
    ['guest.pages.x=1', 'nothing below this path'],
    ['__proto__.x=1', "unknown key '__proto__'"],
    ['nonsense', 'expected path=value, for example guest.pages=2m'],
  ])('%s', (set, message) => expect(complaint({ set: [set] })).toContain(`--set ${set}: ${message}`));

  test('names, of several, the one that is wrong', () =>
    expect(complaint({ set: ['guest.memoryMib=64', 'guest.memoryMib=1', 'guest.pages=2m'] })).toBe(
      '--set guest.memoryMib=1: guest.memoryMib: found 1; expected at least 16',
    ));
});

describe('a machine file', () => {
  test('that is right is used', async () => {
    writeFileSync(join(folder, 'mine.yaml'), MACHINE);
    expect(await printedHere('run small.arrows --machine mine.yaml --format csv', folder)).toContain(
      '\nuniform,mine,epyc-2020,',
    );
  });

  test.each([
    ['vendor: amd', 'vendor: arm', "2:1: vendor: found 'arm'; expected one of amd, intel"],
    ['year: 2020', 'yaer: 2020', "4:1: yaer: unknown key 'yaer' (nearest: year); allowed: name, vendor"],
    ['taggedTlb: true\n', '', '1:1: taggedTlb: found nothing; expected a boolean'],
    ['taggedTlb: true', 'taggedTlb: yes: no', '6:12: Nested mappings are not allowed in compact mappings'],
    ['entries: 64, ways: 4', 'entries: 64, ways: 3', '8:10: tlb.l1i.shared: 64 entries cannot be divided by 3 ways'],
    ['entries: 64, ways: 0', 'entries: 0, ways: 0', '9:20: tlb.l1d.shared.entries: found 0; expected at least 1'],
    ['entries: 64, ways: 0', "entries: '64', ways: 0", "9:20: tlb.l1d.shared.entries: found '64'; expected a number"],
    ['l2: null', 'l2: none', "10:3: tlb.l2: found 'none'; expected an object of unified, or of instruction and data"],
    ['kib: 512', 'kib: 0.5', '14:9: caches.l2.kib: found 0.5; expected a whole number'],
    ['memoryCycles: 300', 'memoryCycles: -3', '16:3: caches.memoryCycles: found -3; expected at least 0'],
  ])('with, for %j, %j', (right, wrong, message) =>
    expect(complaint({ machine: 'bad.yaml' }, MACHINE.replace(right, wrong))).toContain(`bad.yaml:${message}`),
  );

  test('with prices that do not exist', async () => {
    writeFileSync(join(folder, 'bad.yaml'), MACHINE.replace('epyc-2020', 'epyc-2021'));
    expect(await complaintOf('run small.arrows --machine bad.yaml', folder)).toContain(
      "unknown costs of machine 'mine': 'epyc-2021' (nearest: epyc-2020); allowed: ",
    );
  });

  test('that is not there', async () =>
    expect(await complaintOf('run small.arrows --machine no.yaml', folder)).toBe('no.yaml: no such file'));
});

describe('a configuration file', () => {
  test('is read, and options go before it', async () => {
    writeFileSync(join(folder, 'good.yaml'), 'machine: intel-skylake\nguest: { pages: thp }\nhost:\n  pages: 2m\n');
    const csv = await printedHere(
      'run small.arrows --config good.yaml --host-pages 4k --strategy nested --format csv',
      folder,
    );
    expect(csv).toContain('\nuniform,intel-skylake,sandy-bridge-2011,nested,thp,4k,exact,');
  });

  test.each([
    ['machine: amd-zen9', "1:1: unknown machine 'amd-zen9' (nearest: amd-zen1); allowed: "],
    ['machine: ./no.yaml', '1:1: ./no.yaml: no such file'],
    [
      'seed: 1\nmachin: amd-zen4',
      "2:1: unknown key 'machin' (nearest: machine); allowed: machine, costs, guest, host, vmm, seed",
    ],
    ['guest:\n  pages: 3m', "2:3: pages: found '3m'; expected one of 4k, 2m, 4m, thp, 1g"],
    ['guest:\n  page: 4k', "2:3: page: unknown key 'page' (nearest: pages); allowed: mode, pages, "],
    ['host: 4k', "1:1: found '4k'; expected an object"],
    ['seed: 1\nseed: 2', '2:1: Map keys must be unique'],
    ['guest: {pages: 4k', '1:18: Flow map in block collection must be sufficiently indented and end with a }'],
    ['seed: 1\n---\nseed: 2', '2:1: Source contains multiple documents'],
    ['? [seed]\n: 1', '1:3: With stringKeys, all keys must be strings'],
    ['machine: *zen', ' Unresolved alias (the anchor must be set before the alias): zen'],
    [
      'a: &a [1, 1]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: &d [*c, *c]\ne: &e [*d, *d]\nf: &f [*e, *e]\ng: [*f, *f]',
      ' Excessive alias count',
    ],
    ['- seed', '1:1: expected an object of any of machine, costs, guest, host, vmm, seed'],
    ['', '1:1: expected an object of any of machine, costs, guest, host, vmm, seed'],
  ])('%j', (text, message) => expect(complaint({ config: 'bad.yaml' }, text)).toContain(`bad.yaml:${message}`));
});

test('a guest with too little memory: the option that gives it more', async () => {
  await printedHere('trace gen sequential large.arrows --refs 4m --pages 8192', folder);
  expect(await complaintOf('run large.arrows --set guest.memoryMib=16 --strategy nested', folder)).toBe(
    'large.arrows: guest.memoryMib: out of memory: no frame is free of 16 MiB (4096 frames); raise guest.memoryMib',
  );
});
