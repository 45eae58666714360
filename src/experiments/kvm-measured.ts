/** What KVM counted of its guests, and what the model of it makes of their traces. */
import { decimal, NONE, whole } from '../report/number-text.js';
import { left, right } from '../report/sheet.js';
import { MEASURED_GUESTS, shippedText } from '../trace/shipped.js';
import { compare, runsOf, type Check } from '../verify/kvm/compare.js';
import { parseMeasured, type Measured } from '../verify/kvm/measured.js';
import { replayGuest, type Replayed } from '../verify/kvm/replay.js';
import type { Experiment, Outcome } from './experiment.js';

/** Counters by KVM's names, in words. */
const MEANINGS: Readonly<Record<string, string>> = {
  '0x13 CR3 write': 'exits for a CR3 load',
  '0x79 INVLPG': 'exits for INVLPG',
  '0x4e #PF': 'exits for a page fault',
  pf_guest: 'faults given to the guest',
  mmu_unsync_events: 'tables gone out of sync',
  pf_taken: 'page faults handled by the MMU',
  pf_fixed: 'shadow entries filled at a fault',
  pf_emulate: 'stores to tables emulated',
  tlb_flush: 'TLB flushes asked for',
};
/** Bits of the error code of a page fault. */
const CODE_BITS = [
  [1, 'present'],
  [2, 'write'],
  [4, 'user'],
  [8, 'reserved'],
  [16, 'fetch'],
] as const;

interface Guest {
  readonly file: Measured;
  readonly shadow: Replayed;
  readonly nested: Replayed;
  readonly checks: readonly Check[];
}

interface Code {
  readonly guest: string;
  readonly code: number;
  /** Of each run. */
  readonly measured: readonly number[];
  readonly modelled: number;
}

const meaning = (code: number): string => CODE_BITS.flatMap(([bit, name]) => (code & bit ? [name] : [])).join(', ');

/** Where KVM's exits were counted by error code. */
function codesOf({ file, shadow }: Guest): Code[] {
  const runs = runsOf(file, file.repeats, 'shadow').map((run) => run.fault_exits_by_error_code);
  if (runs.includes(undefined)) return [];
  const codes = new Set([...shadow.faultCodes.keys(), ...runs.flatMap((run) => Object.keys(run!).map(Number))]);
  return [...codes]
    .toSorted((a, b) => a - b)
    .map((code) => ({
      guest: shadow.name,
      code,
      measured: runs.map((run) => run![`0x${code.toString(16)}`] ?? 0),
      modelled: shadow.faultCodes.get(code) ?? 0,
    }));
}

function nestedFaults({ file, nested }: Guest): { measured: number[]; modelled: number } {
  const measured = runsOf(file, file.repeats, 'npt').flatMap((run) => run.pf_taken ?? []);
  return { measured, modelled: nested.nestedFaults };
}

const inPercent = (part: number): string => `${decimal(100 * part, 1)} %`;

/** Of faults on absent pages that are no fetches and not for MMIO. */
function readsAndWrites(codes: readonly Code[]): string[] {
  if (codes.length === 0) return [];
  const total = (wanted: readonly number[], of: (code: Code) => number): string =>
    whole(codes.filter(({ code }) => wanted.includes(code)).reduce((sum, code) => sum + of(code), 0));
  const [all, reads] = [
    [0, 2, 4, 6],
    [0, 4],
  ] as const;
  const [modelled, measured] = [(code: Code) => code.modelled, (code: Code) => code.measured[0]!];
  const same = codes.every((code) => code.measured.includes(code.modelled));
  return [
    `It ${same ? 'reproduces' : 'does not reproduce'} the error codes. Of exits for reads and writes of absent pages it has ${total(all, modelled)} where KVM had ${total(all, measured)} (first run); reads are ${total(reads, modelled)} of them in the model and ${total(reads, measured)} in KVM. A recorded fault has no error code.`,
  ];
}

/** As far as the widest band of `vmmu verify kvm`. */
const WIDEST = 0.25;

/** Of guests whose nested faults KVM counted. */
function nestedAnswer(guests: readonly Guest[]): string[] {
  const counted = guests.map((guest) => nestedFaults(guest)).filter(({ measured }) => measured.length > 0);
  if (counted.length === 0) return [];
  const near = counted.every(({ measured, modelled }) =>
    measured.some((count) => Math.abs(modelled - count) <= WIDEST * count),
  );
  const list = (of: (one: (typeof counted)[number]) => number): string =>
    counted.map((one) => whole(of(one))).join(' and ');
  return [
    `Nested page faults are ${near ? '' : 'not '}reproduced within ${whole(100 * WIDEST)} %: ${list(({ modelled }) => modelled)} modelled, ${list(({ measured }) => measured[0]!)} measured (first run). No band is set for them. They depend on how the host backed the guest, which was not recorded.`,
  ];
}

function noExits(guests: readonly Guest[]): string[] {
  const checks = guests.flatMap((guest) => guest.checks.filter(({ phase }) => phase === 'nested'));
  if (checks.length === 0) return [];
  const counters = [...new Set(checks.map(({ counter }) => counter))].join(', ');
  const absent = checks.filter(({ passed }) => passed).length;
  return [
    `Under nested paging neither KVM nor the model has an exit in ${absent} of ${checks.length} comparisons (${counters}).`,
  ];
}

function answer(guests: readonly Guest[]): string[] {
  const compared = guests.flatMap(({ shadow, checks }) =>
    checks.flatMap((check) =>
      check.ratio === null ? [] : { guest: shadow.name, check, off: Math.abs(1 - check.ratio) },
    ),
  );
  if (compared.length === 0) return [...nestedAnswer(guests), ...noExits(guests)];
  const passed = compared.filter(({ check }) => check.passed).length;
  const sorted = compared.toSorted((a, b) => a.off - b.off);
  const [middle, worst] = [sorted[Math.floor(sorted.length / 2)]!, sorted.at(-1)!];
  const within = sorted.filter(({ off }) => off <= middle.off).length;
  const sides = compared.filter(({ check }) => check.ratio! > 1).length;
  return [
    `In ${within} of ${compared.length} comparisons the model is within ${inPercent(middle.off)} of KVM's count, and within ${inPercent(worst.off)} in all. A comparison is of one counter in one phase of one guest, with the nearer run where two were measured. ${passed} of ${compared.length} are in the bands of vmmu verify kvm. The model counts more than KVM in ${sides} of them, and is furthest off for ${worst.check.counter} (${MEANINGS[worst.check.counter]!}) on ${worst.guest}.`,
    ...readsAndWrites(guests.flatMap(codesOf)),
    ...nestedAnswer(guests),
    ...noExits(guests),
  ];
}

function sections(guests: readonly Guest[]): Outcome['sections'] {
  const codes = guests.flatMap(codesOf);
  return [
    {
      title: 'KVM of Linux 6.1 on AMD-V, shadow paging',
      sheets: guests.map(({ shadow, checks }) => ({
        title: shadow.name,
        columns: [
          ...[left('counter'), left('what'), right('measured'), right('modelled'), right('ratio'), right('band')],
          left('verdict'),
        ],
        groups: [...new Set(checks.map(({ phase }) => phase))].map((phase) => ({
          heading: phase === 'nested' ? 'nested paging' : phase,
          rows: checks
            .filter((check) => check.phase === phase)
            .map(({ counter, measured, modelled, ratio, band, passed }) => [
              ...[counter, MEANINGS[counter]!, measured.map(whole).join(' / '), whole(modelled)],
              ...[ratio === null ? NONE : decimal(ratio, 3), band, passed ? 'passed' : 'failed'],
            ]),
        })),
      })),
    },
    ...(codes.length === 0
      ? []
      : [
          {
            title: 'Exits for page faults by error code',
            sheets: [
              {
                title: 'shadow paging',
                columns: [left('code'), left('bits'), right('measured'), right('modelled')],
                groups: guests
                  .map(({ shadow: { name } }) => ({
                    heading: name,
                    rows: codes
                      .filter(({ guest }) => guest === name)
                      .map(({ code, measured, modelled }) => [
                        ...[`0x${code.toString(16)}`, meaning(code), measured.map(whole).join(' / '), whole(modelled)],
                      ]),
                  }))
                  .filter(({ rows }) => rows.length > 0),
              },
            ],
          },
        ]),
  ];
}

/** What each guest runs. */
const PROGRAMS: Readonly<Record<string, string>> = {
  boot: 'a boot',
  churn: 'a program that maps, protects, forks and gives back memory',
};

function outcome(guests: readonly Guest[]): Outcome {
  const names = guests.map(({ shadow: { name } }) => name);
  const twice = guests.filter(({ checks }) => checks.some(({ measured }) => measured.length > 1));
  const coded = names.filter((_, at) => codesOf(guests[at]!).length > 0);
  const drawn = Object.keys(MEANINGS).filter((counter) => counter !== '0x4e #PF');
  const ratioOf = ({ checks }: Guest, counter: string): number | null =>
    checks.find((check) => check.counter === counter && check.phase === 'whole run')?.ratio ?? null;
  return {
    answer: answer(guests),
    introduction: [
      `Guests of 256 MiB were run under KVM (Linux 6.1, npt=0 and npt=1) and recorded with their page tables: ${names.map((name) => `${name} (${PROGRAMS[name] ?? name})`).join(', ')}. The recording is replayed through shadow and nested paging with KVM’s policy; what KVM counted of the same guest stands beside it. The bands are those of vmmu verify kvm.`,
    ],
    sections: sections(guests),
    notes: [
      ...(twice.length === 0
        ? []
        : [
            `Two numbers: two measured runs, of ${twice.map(({ shadow }) => shadow.name).join(', ')}; the ratio is to the nearer one.`,
          ]),
      'Not compared: I/O, CPUID, MSR and interrupt exits (firmware, devices, time), and faults for MMIO (bit “reserved”), which the recording does not have. KVM’s counts begin with the firmware.',
      ...(coded.length === 0
        ? []
        : [`Of the model, “user” is the lower half of the addresses. Exits by error code: ${coded.join(', ')}.`]),
      'KVM ran on an emulated AMD processor: counts are those of the kernel’s code, times would mean nothing.',
    ],
    records: {
      counts: {
        columns: ['guest', 'phase', 'counter', 'measured', 'measuredAgain', 'modelled', 'ratio', 'band', 'passed'],
        records: guests.flatMap(({ shadow: { name }, checks }) =>
          checks.map(({ phase, counter, measured: [first, second], modelled, ratio, band, passed }) => [
            ...[name, phase, counter, first!, second ?? '', modelled, ratio ?? '', band, String(passed)],
          ]),
        ),
      },
      errorCodes: {
        columns: ['guest', 'errorCode', 'measured', 'measuredAgain', 'modelled'],
        records: guests
          .flatMap(codesOf)
          .map(({ guest, code, measured: [first, second], modelled }) => [guest, code, first!, second ?? '', modelled]),
      },
      nestedFaults: {
        columns: ['guest', 'measured', 'modelled'],
        records: guests.map((guest) => {
          const { measured, modelled } = nestedFaults(guest);
          return [guest.nested.name, measured[0] ?? '', modelled];
        }),
      },
    },
    figures: [
      {
        name: 'modelled-over-measured',
        title: 'Counts of the model over those of KVM',
        caption: 'Whole runs under shadow paging, by KVM’s names; the nearer measured run where there are two.',
        width: 'page',
        plot: {
          kind: 'dots',
          rows: drawn,
          x: { title: 'modelled over measured', scale: 'linear', from: 0.8, to: 1.1 },
          series: guests.map((guest) => ({
            label: guest.shadow.name,
            values: drawn.map((counter) => ratioOf(guest, counter)),
          })),
          line: { at: 1, label: 'equal' },
        },
      },
    ],
  };
}

export const kvmMeasured: Experiment = {
  title: 'Shadow paging of KVM: modelled against measured counts',
  source: 'own measurement: KVM of Linux 6.1, traces/measured',
  run: async ({ quick, signal }, progress) => {
    const chosen = quick ? MEASURED_GUESTS.slice(0, 1) : MEASURED_GUESTS;
    const guests: Guest[] = [];
    for (const { trace, measured } of chosen) {
      const file = parseMeasured(shippedText(measured), measured);
      const replayed = await replayGuest(trace, signal, () => progress(2 * chosen.length));
      guests.push({ file, ...replayed, checks: compare(file, replayed.shadow, replayed.nested) });
    }
    return outcome(guests);
  },
};
