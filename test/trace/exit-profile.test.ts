/** What KVM's own tools counted becomes a profile; names are kept, and what is not understood is counted or refused. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { TraceError } from '../../src/errors.js';
import { costMicroseconds, type ExitProfile } from '../../src/profile/exit-profile.js';
import { profileReaderOf, readProfile } from '../../src/profile/read.js';
import { PROFILE_READERS, type ProfileReaderName } from '../../src/profile/readers/index.js';
import type { TraceFormat } from '../../src/trace/formats/format.js';
import { TRACE_FORMATS } from '../../src/trace/formats/index.js';
import { ImportNotes } from '../../src/trace/notes.js';
import { kvmExit } from '../../src/vmm/kvm-exit-names.js';
import { printedHere } from '../cli/in-process.js';
import { expectRefusal, temporaryFolder, vmmu } from '../cli/vmmu.js';

/** Rows that were published: two of many of an Intel host. */
const INTEL = `
Analyze events for all VMs, all VCPUs:


             VM-EXIT    Samples  Samples%     Time%    Min Time    Max Time         Avg time

           MSR_WRITE       9167    35.40%     0.04%      0.45us   9554.94us      3.00us ( +-  41.94% )
       EPT_MISCONFIG        303     1.17%     0.01%      1.04us    167.13us     13.33us ( +-   8.61% )
unknown kvm exit code:84 on VMX
                 HLT      16428    63.43%    99.95%      1.10us  99554.94us   4155.00us ( +-   1.94% )

Total Samples:25898, Total events handled time:68281638.61us.
`;
const AMD = `Analyze events for all VMs, all VCPUs:
                       VM-EXIT    Samples  Samples%     Time%    Min Time    Max Time         Avg time
                     interrupt     642835    94.55%    94.51%      0.29us    334.77us      0.71us ( +-   0.15% )
                           npf         21     0.00%     0.10%      4.15us    188.21us     22.74us ( +-  39.36% )
                       PF excp          7     0.00%     0.10%      4.15us    188.21us     22.74us ( +-  39.36% )
`;
const NEW_HEADER = `Analyze events for all VMs, all VCPUs:
  Event name  Samples  Sample%  Time (ns)  Time%  Max Time (ns)  Min Time (ns)  Mean Time (ns)
   CPUID          100   50.00%     150000  60.00%           9000            900            1500
   IO_INSTRUCTION 100   50.00%     100000  40.00%           8000            700            1000
`;
/** Three generations of the event, as ftrace, trace-cmd and perf script print it. */
const OLD = `# tracer: nop
#
 qemu-kvm-1234  [001] 100.000100: kvm_exit: reason EPT_VIOLATION rip 0x40359f info 582 0
 qemu-kvm-1234  [001] 100.000101: kvm_page_fault: address 7fc036d000 error_code 582
 qemu-kvm-1234  [001] 100.000104: kvm_entry: vcpu 0
 qemu-kvm-1234  [001] 100.000110: kvm_exit: reason CR_ACCESS rip 0x40359f info 3 0
 qemu-kvm-1234  [000] 100.000112: kvm_entry: vcpu 0
 qemu-kvm-1234  [000] 100.000120: kvm_exit: reason EPT_VIOLATION rip 0x40359f info 582 0
 qemu-kvm-1234  [000] 100.000126: kvm_entry: vcpu 0
`;
const MIDDLE = `cpus=2
 qemu-system-x86-99 [001] d..1. 7.000001: kvm_exit: vcpu 0 reason EXCEPTION_NMI rip 0xfd0bd info1 0x0000000000000000 info2 0x0000000000000413 intr_info 0x80000306 error_code 0x00000000
 qemu-system-x86-99 [001] d..1. 7.000003: kvm_entry: vcpu 0, rip 0xfd0bd
CPU:0 [LOST 12 EVENTS]
 qemu-system-x86-98 [000] d..1. 7.000005: kvm_exit: vcpu 1 reason write_cr3 rip 0xfd0bd info1 0x0 info2 0x0 intr_info 0x0 error_code 0x0
`;
const NEW = `       CPU 0/KVM  2001 [003] 50.100000: kvm:kvm_exit: vcpu 0 reason invlpg rip 0xffffffff81000000 info1 0x0 info2 0x0 intr_info 0x0 error_code 0x0 requests 0x0000000000000000
       CPU 0/KVM  2001 [003] 50.100002: kvm:kvm_entry: vcpu 0, rip 0xffffffff81000000
       CPU 0/KVM  2001 [003] 50.100003: sched:sched_wakeup: comm=x pid=1
       CPU 1/KVM  2002 [002] 50.500000: kvm:kvm_exit: vcpu 1 reason 0x7ff rip 0x0 info1 0x0 info2 0x0 intr_info 0x0 error_code 0x0 requests 0x0000000000000000
`;
const TREE = `kvm statistics - summary

 Event                                         Total %Total CurAvg/s
 kvm_exit                                       2084   50.0     1012
   kvm_exit(HLT)                                 500   12.0      200
   kvm_exit(EPT_VIOLATION)                      1584   38.0      812
 kvm_entry                                      2084   50.0     1012
 Total                                          4168            2024
`;
const FLAT = ` Event                                         Total     Current
 exits                                       5468522        1003
 pf_fixed                                      86766           0
`;
const DEBUGFS = `exits 5468522
/sys/kernel/debug/kvm/pf_fixed:86766
mmu_unsync 0
`;
const DOMSTATS = `Domain: 'guest'
  vcpu.current=2
  vcpu.0.state=1
  vcpu.0.exits.sum=5468522
  vcpu.0.pf_taken.sum=99059
  vcpu.1.exits.sum=1478
  vcpu.1.pf_taken.sum=41
`;
/** As perf 6.1 wrote it on a machine without counters, and with -x, and -j. */
const STAT = `
 Performance counter stats for 'true':

              0.69 msec task-clock                       #    0.684 CPUs utilized          
                47      page-faults                      #   67.816 K/sec                  
   <not supported>      dTLB-load-misses                                            

       0.001013790 seconds time elapsed
`;
const STAT_X = `0.61,msec,task-clock,606809,100.00,0.773,CPUs utilized
48,,page-faults,606809,100.00,79.102,K/sec
`;
const STAT_J = `{"counter-value" : "49.000000", "unit" : "", "event" : "page-faults", "event-runtime" : 638762, "pcnt-running" : 100.00, "metric-value" : 76.710888, "metric-unit" : "K/sec"}
`;
const SAMPLES = { STAT, STAT_X, STAT_J, INTEL, AMD, NEW_HEADER, OLD, MIDDLE, NEW, TREE, FLAT, DEBUGFS, DOMSTATS };

async function profileOf(text: string, pieces = 1, notes = new ImportNotes()): Promise<ExitProfile> {
  const bytes = Buffer.from(text);
  const name = profileReaderOf(bytes.subarray(0, 4096));
  expect(name).not.toBeNull();
  const size = Math.ceil(bytes.length / pieces);
  const chunks = Array.from({ length: pieces }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
  return readProfile({ path: 'x', bytes: Readable.from(chunks) }, name!, notes);
}

const exitsOf = ({ exits }: ExitProfile): unknown[][] =>
  exits.map(({ name, count, meanMicroseconds: mean, minMicroseconds: min, maxMicroseconds: max }) => [
    name,
    count,
    mean,
    min,
    max,
  ]);

test('each source is known by its beginning', () => {
  const known = Object.values(SAMPLES).map((text) => profileReaderOf(Buffer.from(text)));
  const names: ProfileReaderName[] = [
    'perf-stat',
    'perf-stat',
    'perf-stat',
    'perf-kvm-stat',
    'perf-kvm-stat',
    'perf-kvm-stat',
    'kvm-exit',
    'kvm-exit',
    'kvm-exit',
    'kvm-stat',
    'kvm-stat',
    'debugfs',
    'domstats',
  ];
  expect(known).toEqual(names);
  expect(new Set(known)).toEqual(new Set(Object.keys(PROFILE_READERS)));
});

test.each(Object.entries(SAMPLES))('%s is no trace', (sample, text) => {
  const head = Buffer.from(text);
  const formats = Object.entries<TraceFormat>(TRACE_FORMATS).filter(([, format]) => format.recognise(head));
  // A recording of both is taken for a profile.
  expect(formats.map(([name]) => name)).toEqual(sample === 'NEW' ? ['perf-script'] : []);
});

test('a trace is no profile', () => {
  expect(profileReaderOf(readFileSync(new URL('fixtures/sh-true.perf-script.txt', import.meta.url)))).toBeNull();
});

test.each(Object.entries(SAMPLES))('%s is read alike wherever the stream is divided', async (_, text) => {
  expect(await profileOf(text, 17)).toEqual(await profileOf(text));
});

describe('perf kvm stat report', () => {
  test('of an Intel host: names, counts and times; codes that perf did not know are counted', async () => {
    const profile = await profileOf(INTEL);
    expect(exitsOf(profile)).toEqual([
      ['MSR_WRITE', 9167, 3, 0.45, 9554.94],
      ['EPT_MISCONFIG', 303, 13.33, 1.04, 167.13],
      ['HLT', 16428, 4155, 1.1, 99554.94],
    ]);
    expect(profile.exits.map(({ vmx, svm, cause }) => [vmx, svm, cause])).toEqual([
      [32, null, 'wrmsr'],
      [49, null, null],
      [12, null, 'hlt'],
    ]);
    expect(profile.counters).toEqual({ 'unknown exit code 84 of VMX': 1 });
  });
  test('of an AMD host, where names may have a space', async () => {
    const { exits } = await profileOf(AMD);
    expect(exits.map(({ name, count, svm, cause }) => [name, count, svm, cause])).toEqual([
      ['interrupt', 642_835, 0x60, 'interrupt'],
      ['npf', 21, 0x400, null], // a nested page fault, or MMIO
      ['PF excp', 7, 0x4e, null],
    ]);
  });
  test('with the columns, order and unit of its header', async () => {
    expect(exitsOf(await profileOf(NEW_HEADER))).toEqual([
      ['CPUID', 100, 1.5, 0.9, 9],
      ['IO_INSTRUCTION', 100, 1, 0.7, 8],
    ]);
  });
  test('samples of the total that no row has are counted', async () => {
    const notes = new ImportNotes();
    await profileOf(INTEL.replace(/ +HLT .*\n/, ''), 1, notes);
    expect(notes.record.dropped).toEqual({ 'samples of the total that no row has': 16428 });
  });
  test('the time of HLT is no cost', async () => {
    expect(costMicroseconds(await profileOf(INTEL))).toBeCloseTo(9167 * 3 + 303 * 13.33);
  });
});

describe('kvm_exit events', () => {
  test('last until the next entry of the same task; other events of KVM are counters', async () => {
    const profile = await profileOf(OLD);
    expect(exitsOf(profile)).toEqual([
      ['EPT_VIOLATION', 2, 5, 4, 6],
      ['CR_ACCESS', 1, 2, 2, 2],
    ]);
    expect(profile).toMatchObject({ seconds: 0.000026, vcpus: 1, counters: { kvm_page_fault: 1, kvm_entry: 3 } });
  });
  test('with vcpu and flags; lost events are counted; an exit without an entry has no time', async () => {
    const notes = new ImportNotes();
    const profile = await profileOf(MIDDLE, 1, notes);
    expect(exitsOf(profile)).toEqual([
      ['EXCEPTION_NMI', 1, 2, 2, 2],
      ['write_cr3', 1, null, null, null],
    ]);
    expect(profile.vcpus).toBe(2);
    expect(notes.record.dropped).toEqual({ 'events that the recorder lost': 12 });
  });
  test('as perf script prints them; a reason without a name is kept', async () => {
    const notes = new ImportNotes();
    const profile = await profileOf(NEW, 1, notes);
    expect(profile.exits.map(({ name, cause, svm, vmx }) => [name, cause, svm, vmx])).toEqual([
      ['invlpg', 'invlpg', 0x79, null],
      ['0x7ff', null, null, null],
    ]);
    expect(profile.seconds).toBe(0.4);
    expect(notes.record.dropped).toEqual({ 'lines of sched:sched_wakeup': 1 });
  });
});

test('kvm_stat, as a tree and with names of debugfs', async () => {
  const tree = await profileOf(TREE);
  expect(exitsOf(tree)).toEqual([
    ['HLT', 500, null, null, null],
    ['EPT_VIOLATION', 1584, null, null, null],
  ]);
  expect(tree.counters).toEqual({ kvm_exit: 2084, kvm_entry: 2084 });
  expect((await profileOf(FLAT)).counters).toEqual({ exits: 5_468_522, pf_fixed: 86_766 });
});

test('counters of debugfs, with or without paths', async () => {
  expect((await profileOf(DEBUGFS)).counters).toEqual({ exits: 5_468_522, pf_fixed: 86_766, mmu_unsync: 0 });
});

test('sums of virsh domstats are added over virtual processors', async () => {
  const notes = new ImportNotes();
  const profile = await profileOf(DOMSTATS, 1, notes);
  expect(profile).toMatchObject({ vcpus: 2, counters: { exits: 5_470_000, pf_taken: 99_100 } });
  expect(notes.record.dropped).toEqual({ 'fields of vcpu that are no sums': 2 });
});

test('names of KVM have the numbers of the manuals', () => {
  expect(
    ['EPT_VIOLATION', 'INVLPG', 'npf', 'write_cr3', 'idle-halt', 'DB excp', 'HLT|FAILED_VMENTRY', 'toString'].map(
      kvmExit,
    ),
  ).toEqual([
    { vmx: 48, svm: null },
    { vmx: 14, svm: null },
    { vmx: null, svm: 0x400 },
    { vmx: null, svm: 0x13 },
    { vmx: null, svm: 0xa6 },
    { vmx: null, svm: 0x41 },
    { vmx: 12, svm: null },
    { vmx: null, svm: null },
  ]);
});

describe('vmmu trace import', () => {
  const folder = temporaryFolder();
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return name;
  };

  test('prints a profile, and writes it as JSON', async () => {
    const report = file('report.txt', AMD);
    expect(await printedHere(`trace import ${report}`, folder)).toMatch(/^exit .*\ninterrupt +642,835 +0\.71 /);
    const { stdout, status } = await vmmu(folder, `trace import ${report} -o host.json`);
    expect([stdout, status]).toEqual(['', 0]);
    const document = JSON.parse(readFileSync(join(folder, 'host.json'), 'utf8')) as object;
    expect(document).toMatchObject({
      schema: 'vmmu/exit-profile@1',
      source: 'perf-kvm-stat',
      seconds: null,
      vcpus: null,
      leftOut: {},
    });
  });
  test('a profile goes to *.json, a trace does not', async () => {
    const refuse = (args: string, ...parts: RegExp[]) => expectRefusal(folder, `trace import ${args}`, ...parts);
    await refuse(`${file('a.txt', AMD)} -o x.arrows`, /--out x\.arrows: found exits .*expected \*\.json/);
    const trace = file('a.lackey', 'I  04001000,3\n');
    await refuse(`${trace} -o x.json`, /x\.json.*\.arrows/);
    await refuse(trace, /--out: found none; expected \*\.arrows/);
    await refuse('a.txt a.lackey --format perf-kvm-stat', /a\.lackey: found a second file; expected one/);
    expect([existsSync(join(folder, 'x.json')), existsSync(join(folder, 'x.arrows'))]).toEqual([false, false]);
  });
  test('with --strict whatever is left out ends the import', async () => {
    await expectRefusal(
      folder,
      `trace import ${file('b.txt', DOMSTATS)} --strict`,
      /b\.txt: line 2: found fields of vcpu that are no sums; with --strict/,
    );
  });
});

describe('a damaged text is refused with its line, what was found and what is expected', () => {
  test.each<[string, string, string]>([
    ['a row without its count', INTEL.replace('9167', ''), 'line 7: found'],
    ['a count that is no number', INTEL.replace('9167', '91x7'), 'expected a row as EPT_VIOLATION'],
    ['a share without %', INTEL.replace('35.40%', '35.40'), 'line 7: found'],
    ['a negative time', INTEL.replace('0.45us', '-0.45us'), 'line 7: found'],
    ['a time of an unknown unit', INTEL.replace('0.45us', '0.45ks'), 'line 7: found'],
    ['a share above 100 %', INTEL.replace('35.40%', '135.40%'), 'line 7: found'],
    ['shares above 100 % together', INTEL.replace('35.40%', '65.40%'), 'expected shares that add up to 100 %'],
    [
      'a column that is not known',
      INTEL.replace('Avg time', 'Avg time  Skew'),
      "line 5: found 'Skew'; expected the columns",
    ],
    ['a share of kvm_stat above 100 %', TREE.replace('38.0', '380.0'), 'expected a share of at most 100 %'],
    ['rows before the header', AMD.split('\n').toSpliced(1, 1).join('\n'), 'line 2: found'],
    ['a second table', AMD + AMD, 'expected one table'],
    [
      'a total that is less than its rows',
      INTEL.replace('Samples:25898', 'Samples:258'),
      "found 'rows of 25898 samples'; expected at most the total of 258",
    ],
    ['a report without a table', 'Analyze events for all VMs, all VCPUs:\n', 'expected the header'],
    ['a table without rows', AMD.split('\n').slice(0, 2).join('\n'), 'x: found no exit and no counter'],
    ['garbage among rows', AMD + 'garbage\n', "line 6: found 'garbage'"],
    ['control characters', AMD + '\u001b[31m\n', "line 6: found '?[31m'"],
    ['an exit without a reason', OLD.replace('reason CR_ACCESS ', ''), 'line 6: found'],
    ['an exit without rip', OLD.replace('CR_ACCESS rip 0x40359f', 'CR_ACCESS'), 'expected a line as kvm_exit'],
    ['half a line', OLD + ' qemu-kvm-1234  [000] 100.0', "line 10: found 'qemu-kvm-1234  [000] 100.0'"],
    ['garbage among events', OLD + '%%%\n', "line 10: found '%%%'"],
    ['a column of kvm_stat that is not known', TREE.replace('CurAvg/s', 'Skew'), 'line 3: found'],
    ['a name without its number', TREE.replace(' 1584   38.0      812', ''), 'line 6: found'],
    ['a name twice', TREE + ' kvm_entry 1 1 1\n', 'expected each name once'],
    ['a number that is none', FLAT.replace('86766', '86k'), 'line 3: found'],
    ['a counter twice', DEBUGFS + 'exits 1\n', 'expected each counter once'],
    ['a negative counter', DEBUGFS.replace(' 0', ' -1'), "line 3: found 'mmu_unsync -1'"],
    ['a value that is missing', DEBUGFS.replace(':86766', ':'), 'line 2: found'],
    ['two domains', DOMSTATS + DOMSTATS, 'expected one domain'],
    [
      'a sum that is no number',
      DOMSTATS.replace('99059', 'many'),
      "line 5: found 'vcpu.0.pf_taken.sum=many'; expected a number",
    ],
    ['a line without =', DOMSTATS + 'vcpu\n', "line 8: found 'vcpu'"],
  ])('%s', async (_, text, message) => {
    await expect(profileOf(text)).rejects.toThrow(TraceError);
    await expect(profileOf(text)).rejects.toThrow(message);
  });

  test.each(Object.entries(SAMPLES))(
    '%s, cut or with any byte changed, is a profile or one clear line',
    async (_, text) => {
      const outcomes = Array.from({ length: 40 }, (_unused, at) => {
        const place = Math.floor((text.length * at) / 40);
        return [text.slice(0, place), text.slice(0, place) + '\u0000' + text.slice(place + 1)];
      }).flat();
      for (const damaged of outcomes) {
        if (profileReaderOf(Buffer.from(damaged)) === null) continue;
        const error: unknown = await profileOf(damaged).catch((reason: unknown) => reason);
        if (error instanceof Error) expect(error).toBeInstanceOf(TraceError);
      }
    },
  );
});
