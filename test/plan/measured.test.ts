/** Reports of measuring tools become a profile: what each gives, what is a range, and that reports which cannot belong together are refused. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/errors.js';
import { profileOfReports, type Measured } from '../../src/plan/measured/combine.js';
import { profileText } from '../../src/plan/measured/document.js';
import type { Circumstances, Report } from '../../src/plan/measured/report.js';
import { parseProfile, type Profile } from '../../src/plan/profile.js';
import { profileReaderOf, readProfile } from '../../src/profile/read.js';
import { ImportNotes } from '../../src/trace/notes.js';

const FIXTURES = new URL('fixtures/', import.meta.url);
const text = (name: string): string => readFileSync(new URL(name, FIXTURES), 'utf8');

async function report(path: string, content: string): Promise<Report> {
  const source = profileReaderOf(Buffer.from(content).subarray(0, 4096));
  expect(source, path).not.toBeNull();
  const notes = new ImportNotes();
  const profile = await readProfile({ path, bytes: Readable.from([Buffer.from(content)]) }, source!, notes);
  return { path, source: source!, profile, leftOut: notes.record.dropped };
}

/** Of fixtures by their names, or of texts by names of their own. */
async function measured(files: Record<string, string | null>, circumstances: Circumstances = {}): Promise<Measured> {
  const reports = [];
  for (const [name, content] of Object.entries(files))
    reports.push(await report(basename(name), content ?? text(name)));
  return profileOfReports(reports, circumstances);
}

async function profile(files: Record<string, string | null>, circumstances: Circumstances = {}): Promise<Profile> {
  return parseProfile(profileText((await measured(files, circumstances)).profile, 'yaml'), 'x.profile.yaml');
}

const exactly = (value: number) => ({ low: value, high: value });
const MINUTE = { seconds: 60 } as const;

describe('each import', () => {
  test('perf kvm stat of Intel: exits by our causes, a second, and their times', async () => {
    const { under, exits, exitMicroseconds } = await profile({ 'intel-exits.perf-kvm-stat.txt': null }, { seconds: 1 });
    expect(under?.paging).toBe('nested');
    expect(exits).toEqual({ wrmsr: exactly(9167), mmio: exactly(303) });
    expect(exitMicroseconds).toEqual({ wrmsr: exactly(3), mmio: exactly(13.33) });
  });

  test('perf kvm stat of AMD: npf are first touches, or devices', async () => {
    const { perSecond, exitMicroseconds } = await profile(
      { 'amd-exits.perf-kvm-stat.txt': null },
      { seconds: 1, hostPages: '4k' },
    );
    expect(perSecond.firstTouches).toEqual({ low: 0, high: 21 * 8 });
    expect(exitMicroseconds).toEqual({ interrupt: exactly(0.71), nestedFault: exactly(22.74) });
  });

  test('kvm_exit lines tell their time and virtual processors', async () => {
    const { vcpus, source, exitMicroseconds } = await profile({ 'old.kvm-exit.txt': null });
    expect([vcpus, source]).toEqual([1, 'measured: old.kvm-exit.txt (kvm-exit, 1.000006 s)']);
    expect(exitMicroseconds).toEqual({ nestedFault: exactly(4), cpuid: exactly(2) });
  });

  test('kvm_exit lines of the second generation, whose exits both kinds of paging have, with what is said of it', async () => {
    const { perSecond } = await profile({ 'middle.kvm-exit.txt': null }, { paging: 'shadow' });
    expect(perSecond.guestFaults).toEqual({ low: 0, high: 0.25 }); // one exit in 2 s, and a fault takes two
  });

  test('kvm_stat of a boot with EPT', async () => {
    const { perSecond, exits } = await profile({ 'boot-ept.kvm-stat.txt': null }, { seconds: 1, hostPages: '2m' });
    expect(perSecond).toEqual({ firstTouches: { low: 35_708 / 2, high: Number((35_708 * 512).toPrecision(6)) } });
    expect(exits).toMatchObject({
      io: exactly(132_365),
      interrupt: exactly(25_481 + 11_029),
      cr0Write: exactly(18_175),
    });
    expect(exits).not.toHaveProperty('hlt');
  });

  test('kvm_stat of the same boot without EPT: CR accesses are loads of CR3 at most, exceptions two to a guest fault', async () => {
    const { under, perSecond, exits } = await profile({ 'boot-shadow.kvm-stat.txt': null }, { seconds: 10 });
    expect(under?.paging).toBe('shadow');
    expect(perSecond).toEqual({
      guestFaults: { low: 0, high: 78_331.1 },
      cr3Writes: { low: 0, high: 861_870 },
      invlpgs: exactly(17_151),
    });
    expect(exits).not.toHaveProperty('exception');
  });

  test('domstats: without INVLPG the faults are those of nested paging', async () => {
    const { under, perSecond, evidence } = await profile({ 'domstats.txt': null }, { seconds: 1, hostPages: '4k' });
    expect(under?.paging).toBe('nested');
    expect(perSecond).toEqual({ firstTouches: { low: 43_383, high: 694_128 } });
    expect(evidence['perSecond.firstTouches']).toContain('domstats.txt: 86,766 pf_fixed in 1 s');
  });

  test('debugfs under shadow paging: injected faults, writes to tables', async () => {
    const { perSecond, exits } = await profile({ 'shadow.debugfs.txt': null }, MINUTE);
    expect(perSecond).toEqual({
      guestFaults: exactly(100),
      tableWrites: { low: 60, high: 50 + 10 * 512 },
      invlpgs: exactly(30),
    });
    // 1000 exits a second, of which 20 are input and output.
    expect(exits).toEqual({ io: exactly(20), wrmsr: { low: 0, high: 980 } });
  });

  test('perf stat -x of Skylake: walks in the EPT are added', async () => {
    const { perSecond } = await profile({ 'skylake.perf-stat.csv': null }, { ...MINUTE, paging: 'nested' });
    expect(perSecond).toEqual({
      busyCycles: exactly(1e9),
      references: exactly(4e8),
      tlbMisses: exactly(8e5),
      walkCycles: exactly(61e6), // (1200 + 600 + 60 + 1800) / 60 millions
    });
  });

  test('perf stat -j: page faults of the guest', async () => {
    const { perSecond } = await profile({ 'guest.perf-stat-j.txt': null }, { seconds: 2 });
    expect(perSecond).toEqual({ guestFaults: exactly(24.5) });
  });

  test('perf stat of Kaby Lake: an event that was counted twice counts once', async () => {
    const { profile: found, notes } = await measured(
      { 'kabylake.perf-stat.txt': null },
      { paging: 'native', vcpus: 8 },
    );
    expect(found.perSecond).toMatchObject({ busyCycles: 123_433_000, guestFaults: 2.99445, cr3Writes: [0, 269.5] });
    expect(notes).toContain('kabylake.perf-stat.txt: left out 1 rows of cycles, counted a second time');
  });

  test('perf stat of Zen 3: walks for data, fetches not counted', async () => {
    const { perSecond } = await profile({ 'zen3.perf-stat.txt': null }, { paging: 'native', vcpus: 12 });
    const walks = Number((34_072_859 / 1.786346488).toPrecision(6));
    expect(perSecond.tlbMisses?.low).toBe(walks);
    expect(perSecond.tlbMisses?.high).toBeCloseTo(2 * walks, -3);
    expect(perSecond).not.toHaveProperty('walkCycles');
  });

  test('several of one virtual machine together', async () => {
    const both = { 'boot-ept.kvm-stat.txt': null, 'skylake.perf-stat.csv': null };
    const { perSecond, under } = await profile(both, {
      ...MINUTE,
      machine: { name: 'intel-skylake', vendor: 'intel' },
    });
    expect(Object.keys(perSecond)).toEqual(expect.arrayContaining(['firstTouches', 'walkCycles', 'busyCycles']));
    expect(under).toMatchObject({ machine: 'intel-skylake', paging: 'nested' });
  });
});

const csv = (counts: Readonly<Record<string, number | string>>, share = '100.00'): string =>
  Object.entries(counts)
    .map(([event, value]) => `${value},,${event},1000000000,${share},,\n`)
    .join('');
const second = { seconds: 1, paging: 'nested' } as const;
const figures = async (counts: Readonly<Record<string, number>>, more: Circumstances = {}) =>
  (await profile({ 'x.csv': csv(counts) }, { ...second, ...more })).perSecond;

describe('what was not counted is a range', () => {
  test('stores and fetches: from none to as many as loads', async () =>
    expect(await figures({ 'dtlb_load_misses.walk_completed': 10 })).toEqual({ tlbMisses: { low: 10, high: 30 } }));

  test('the kernel: as much as user mode', async () => {
    expect(await figures({ 'cycles:u': 100 })).toEqual({ busyCycles: { low: 100, high: 200 } });
    expect(await figures({ 'cycles:u': 100, 'cycles:k': 50 })).toEqual({ busyCycles: exactly(150) });
  });

  test('walks that were under way together: up to four', async () => {
    const active = {
      'dtlb_load_misses.walk_active': 1,
      'dtlb_store_misses.walk_active': 1,
      'itlb_misses.walk_active': 1,
    };
    const found = await figures({ cycles: 100, ...active }, { machine: { name: 'intel-icelake-sp', vendor: 'intel' } });
    expect(found.walkCycles).toEqual({ low: 3, high: 12 });
  });

  test('walks in the EPT on Skylake: up to five times as long as those in the guest', async () => {
    const pending = {
      'dtlb_load_misses.walk_pending': 1,
      'dtlb_store_misses.walk_pending': 1,
      'itlb_misses.walk_pending': 1,
    };
    const skylake = await figures({ cycles: 100, ...pending }, { machine: { name: 'intel-skylake', vendor: 'intel' } });
    expect(skylake.walkCycles).toEqual({ low: 3, high: 18 });
    const later = await figures(
      { cycles: 100, ...pending },
      { machine: { name: 'intel-icelake-sp', vendor: 'intel' } },
    );
    expect(later.walkCycles).toEqual(exactly(3));
  });

  test('walks that were begun and not completed: between both', async () =>
    expect(
      await figures({
        'dtlb_load_misses.miss_causes_a_walk': 12,
        'dtlb_load_misses.walk_completed': 10,
        'dtlb_store_misses.walk_completed': 0,
        'itlb_misses.walk_completed': 0,
      }),
    ).toEqual({ tlbMisses: { low: 10, high: 12 } }));

  test('an event that was counted less than a tenth of the time is left out', async () => {
    const { profile: found, notes } = await measured(
      { 'x.csv': csv({ 'page-faults': 5 }) + csv({ cycles: 7 }, '9.99') },
      second,
    );
    expect(found.perSecond).toEqual({ guestFaults: 5 });
    expect(notes.join()).toContain('cycles: not used: counted 10.0 % of the time only');
  });

  test('both kinds of core add up, and a unit before the name is none of it', async () =>
    expect(await figures({ 'cpu_core/cycles/': 100, 'cpu_atom/cycles/': 20 })).toEqual({ busyCycles: exactly(120) }));

  test('AMD has no event for cycles of walks, and a note says so', async () => {
    const { notes } = await measured({ 'x.csv': csv({ 'ls_l1_d_tlb_miss.all_l2_miss': 1 }) }, second);
    expect(notes).toContain(
      'walkCycles: not known, and 0 to 174 % of the busy cycles, as several walks at a time count each in plans; AMD has no event for it',
    );
  });

  test('page faults that were counted on the host are not those of the guest', async () => {
    const { profile: found, notes } = await measured({ 'x.csv': csv({ 'cycles:G': 9, 'page-faults': 5 }) }, second);
    expect(found.perSecond).toEqual({ busyCycles: 9 });
    expect(notes.join()).toContain('page-faults: not used: counted on the host');
  });

  test('page faults of the guest stay beside cycles that the host counted of it', async () => {
    const { profile: found } = await measured(
      { 'h.csv': csv({ 'cycles:G': 9 }), 'g.csv': csv({ 'page-faults': 5 }) },
      second,
    );
    expect(found.perSecond).toEqual({ busyCycles: 9, guestFaults: 5 });
  });

  test('cycles of the guest alone are better than those with the host', async () => {
    const { profile: found, notes } = await measured(
      { 'x.csv': csv({ cycles: 12, 'cycles:G': 9, 'cycles:u': 4 }) },
      second,
    );
    expect(found.perSecond).toEqual({ busyCycles: 9 });
    expect(notes).toContain('cycles, cycles:u: not used: cycles:G has it whole');
  });

  test('counters of KVM that are times may be large', async () => {
    const { exits } = await profile(
      { 'x.txt': 'exits 9\nhalt_exits 2\nio_exits 7\nhalt_wait_ns 900000000\npages_4k 20000000\n' },
      second,
    );
    expect(exits).toEqual({ io: exactly(7) });
  });

  test('exits of some kinds are none without the number of all', async () => {
    const { profile: found, notes } = await measured({ 'x.txt': 'io_exits 7\npf_fixed 6\n' }, second);
    expect(found).not.toHaveProperty('exits');
    expect(notes.join()).toContain('exits: not known, and 0 to 20,000 for each busy second in plans');
  });

  test('each figure says from what', async () => {
    const { perSecond, exits, exitMicroseconds, evidence } = await profile(
      { 'intel-exits.perf-kvm-stat.txt': null, 'skylake.perf-stat.csv': null },
      MINUTE,
    );
    const paths = Object.entries({ perSecond, exits, exitMicroseconds }).flatMap(([part, figures]) =>
      Object.keys(figures).map((name) => `${part}.${name}`),
    );
    expect(Object.keys(evidence)).toEqual(expect.arrayContaining(paths));
  });
});

describe('bad input is one line that names the place', () => {
  const INTEL = text('intel-exits.perf-kvm-stat.txt');
  test.each<[string, Record<string, string | null>, Circumstances, string]>([
    [
      'exits of both vendors',
      { 'intel-exits.perf-kvm-stat.txt': null, 'amd-exits.perf-kvm-stat.txt': null },
      MINUTE,
      "amd-exits.perf-kvm-stat.txt: line 3: found 'interrupt', which only AMD processors have, and 'MSR_WRITE' of Intel (intel-exits.perf-kvm-stat.txt: line 7)",
    ],
    [
      'exits of one, events of the other',
      { 'amd-exits.perf-kvm-stat.txt': null, 'skylake.perf-stat.csv': null },
      MINUTE,
      "skylake.perf-stat.csv: line 4: found 'dtlb_load_misses.walk_pending', which only Intel",
    ],
    [
      'events of both',
      { 'x.csv': csv({ l2_dtlb_misses: 1, 'itlb_misses.walk_completed': 1 }) },
      second,
      'x.csv: line 2',
    ],
    [
      'a machine of the other',
      { 'intel-exits.perf-kvm-stat.txt': null },
      { ...MINUTE, machine: { name: 'amd-zen4', vendor: 'amd' } },
      '--machine amd-zen4: found',
    ],
    [
      'the same counter twice',
      { 'a.csv': csv({ cycles: 1 }), 'b.csv': csv({ cycles: 1 }) },
      second,
      "b.csv: line 1: found 'cycles', which is in another report too (a.csv: line 1)",
    ],
    [
      'virtual processors that differ',
      { 'old.kvm-exit.txt': null, 'domstats.txt': text('domstats.txt') + 'vcpu.1.exits.sum=1' },
      MINUTE,
      'domstats.txt: found 2 virtual processors, and 1 in old.kvm-exit.txt',
    ],
    [
      'others than said',
      { 'domstats.txt': null },
      { ...MINUTE, vcpus: 3 },
      '--vcpus 3: found 1 virtual processors in domstats.txt',
    ],
    ['no time', { 'domstats.txt': null }, {}, 'domstats.txt: found no time that was watched; expected --seconds'],
    [
      'walks under unknown paging',
      { 'x.csv': csv({ cycles: 9, l2_dtlb_misses: 1 }) },
      { seconds: 1 },
      'x.csv: found walks, and nothing that tells under which paging',
    ],
    [
      'exits that both kinds have',
      { 'middle.kvm-exit.txt': null },
      {},
      'middle.kvm-exit.txt: line 1: found exits that both kinds of paging have',
    ],
    [
      'nested exits under shadow paging',
      { 'boot-ept.kvm-stat.txt': null },
      { ...MINUTE, paging: 'shadow' },
      "boot-ept.kvm-stat.txt: line 6: found 'EPT_VIOLATION', which is not there under shadow paging",
    ],
    [
      'exits on bare metal',
      { 'boot-ept.kvm-stat.txt': null },
      { ...MINUTE, paging: 'native' },
      'which is not there under native paging',
    ],
    [
      'more exits than can be',
      { 'x.txt': 'kvm_exit(CPUID) 20000000\n' },
      second,
      'x.txt: line 1: found 20,000,000 CPUID a second; expected at most 10,000,000 a second of each of 1 virtual processors',
    ],
    [
      'more cycles than can be',
      { 'x.csv': csv({ cycles: 2e10 }) },
      second,
      'x.csv: line 1: found 20,000,000,000 cycles a second',
    ],
    [
      'more misses than cycles',
      { 'x.csv': csv({ cycles: 100, 'dtlb_load_misses.walk_completed': 101 }) },
      second,
      'x.csv: line 2: found 101 dtlb_load_misses.walk_completed in 100 cycles; expected at most 1 in a cycle',
    ],
    [
      'more walk cycles than walkers',
      { 'x.csv': csv({ cycles: 100, 'itlb_misses.walk_pending': 401 }) },
      second,
      'expected at most 4 in a cycle',
    ],
    [
      'walk cycles without cycles',
      { 'x.csv': csv({ 'dtlb_load_misses.walk_pending': 4 }) },
      second,
      'x.csv: perSecond.walkCycles: found no busyCycles beside it',
    ],
    [
      'misses above references',
      { 'x.csv': csv({ 'dtlb_load_misses.walk_completed': 9, 'mem_inst_retired.all_loads': 1 }) },
      second,
      'found more TLB misses than references',
    ],
    [
      'exits that took longer than there was time',
      { 'intel-exits.perf-kvm-stat.txt': null },
      { seconds: 0.01 },
      'found exits of 0.032 s in 0.01 s',
    ],
    ['a share above 100 %', { 'x.txt': INTEL.replace('35.40%', '135.40%') }, MINUTE, 'x.txt: line 7: found'],
    ['shares above 100 % together', { 'x.txt': INTEL.replace('35.40%', '99.90%') }, MINUTE, 'x.txt: line 8: found'],
    [
      'a column that is not known',
      { 'x.txt': INTEL.replace('Min Time', 'Sum Time') },
      MINUTE,
      "x.txt: line 5: found 'Sum'",
    ],
    ['a negative count', { 'x.csv': csv({ cycles: 1, 'page-faults': -5 }) }, second, 'x.csv: line 2: found'],
    [
      'a share of the time above 100 %',
      { 'x.csv': csv({ cycles: 1 }, '100.50') },
      second,
      'expected a share of the time of at most 100 %',
    ],
    [
      'nothing of a profile',
      { 'x.csv': csv({ instructions: 1 }) },
      second,
      'x.csv: found nothing that a profile holds: ',
    ],
  ])('%s', async (_, files, circumstances, message) => {
    const error: unknown = await measured(files, circumstances).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).not.toContain('\n');
  });
});

test('reports of very different times are noted', async () => {
  const { notes } = await measured({ 'old.kvm-exit.txt': null, 'skylake.perf-stat.csv': null }, MINUTE);
  expect(notes).toContain(
    'old.kvm-exit.txt is of 1.000006 s and skylake.perf-stat.csv of 60 s: rates are taken to have been the same all the time',
  );
});

test('rates are as many times higher as the time is shorter', async () => {
  const file = await report('x', text('boot-shadow.kvm-stat.txt'));
  const rates = (seconds: number): number[] => {
    const { perSecond, exits } = profileOfReports([file], { seconds, vcpus: 64 }).profile;
    return Object.values({ ...perSecond, ...exits }).flat();
  };
  const whole = rates(600);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), (times) => {
      // Written with six digits.
      for (const [at, rate] of rates(600 / times).entries())
        expect(Math.abs(rate - times * whole[at]!)).toBeLessThanOrEqual(1e-5 * rate);
    }),
    { numRuns: 50 },
  );
});

test('JSON holds the same', async () => {
  const { profile: found } = await measured({ 'boot-ept.kvm-stat.txt': null }, MINUTE);
  expect(parseProfile(profileText(found, 'json'), 'x.json')).toEqual(
    parseProfile(profileText(found, 'yaml'), 'x.yaml'),
  );
});
