/** Whether reports can be of one virtual machine: vendor, time, virtual processors, nothing twice. */
import { ConfigError, UsageError } from '../../errors.js';
import { EVENTS, type Vendor } from './events.js';
import { eventName } from './event-name.js';
import type { Draft } from './draft.js';
import type { Circumstances, Report, TimedReport } from './report.js';

/** Times that differ more than this are worth a word. */
const ALIKE = 10;

interface Sign {
  readonly vendor: Vendor;
  readonly name: string;
  readonly place: string;
}

/** By names of exits and events; null: nothing tells. */
export function vendorOf(reports: readonly Report[], machine: Circumstances['machine']): Vendor | null {
  const signs = reports.flatMap(signsOf);
  const first = signs[0];
  const other = signs.find(({ vendor }) => vendor !== first?.vendor);
  if (first !== undefined && other !== undefined)
    throw new ConfigError(
      `${other.place}: found '${other.name}', which only ${MAKERS[other.vendor]} processors have, and '${first.name}' of ${MAKERS[first.vendor]} (${first.place}); expected reports of one host`,
    );
  if (machine !== undefined && first !== undefined && machine.vendor !== first.vendor)
    throw new UsageError(
      `--machine ${machine.name}: found '${first.name}', which only ${MAKERS[first.vendor]} processors have (${first.place}); expected a processor of ${MAKERS[first.vendor]}`,
    );
  return first?.vendor ?? machine?.vendor ?? null;
}

const MAKERS = { intel: 'Intel', amd: 'AMD' } as const;

function signsOf({ profile, source }: Report): Sign[] {
  const place = (name: string): string => profile.places[name] ?? 'a report';
  const exits = profile.exits.flatMap(({ name, vmx, svm }): Sign[] => {
    if ((vmx === null) === (svm === null)) return [];
    return [{ vendor: vmx === null ? 'amd' : 'intel', name, place: place(name) }];
  });
  if (source !== 'perf-stat') return exits;
  const events = Object.keys(profile.counters).flatMap((name): Sign[] => {
    const vendor = EVENTS[eventName(name).base]?.vendor ?? null;
    return vendor === null ? [] : [{ vendor, name, place: place(name) }];
  });
  return [...exits, ...events];
}

export function refuseTwice(reports: readonly Report[]): void {
  const seen = new Map<string, string>();
  for (const { profile, path } of reports) {
    const names = [...profile.exits.map(({ name }) => name), ...Object.keys(profile.counters)];
    for (const name of new Set(names)) {
      const before = seen.get(name);
      if (before !== undefined)
        throw new ConfigError(
          `${profile.places[name] ?? path}: found '${name}', which is in another report too (${before}); expected each in one`,
        );
      seen.set(name, profile.places[name] ?? path);
    }
  }
}

export function timed(reports: readonly Report[], seconds: number | undefined, draft: Draft): TimedReport[] {
  const all = reports.map((report) => {
    const own = report.profile.seconds ?? seconds;
    if (own === undefined)
      throw new UsageError(`${report.path}: found no time that was watched; expected --seconds, for how long`);
    return { ...report, seconds: own };
  });
  const told = all.filter(({ profile }) => profile.seconds !== null);
  if (seconds !== undefined && told.length === all.length)
    draft.note(`--seconds: not used: each report tells its own time`);
  const [shortest, longest] = [...all]
    .sort((a, b) => a.seconds - b.seconds)
    .filter((_, at, { length }) => at === 0 || at === length - 1);
  if (longest !== undefined && longest.seconds > ALIKE * shortest!.seconds)
    draft.note(
      `${shortest!.path} is of ${shortest!.seconds} s and ${longest.path} of ${longest.seconds} s: rates are taken to have been the same all the time`,
    );
  return all;
}

export function vcpusOf(reports: readonly Report[], given: number | undefined, draft: Draft): number {
  const told = reports.flatMap(({ path, profile: { vcpus } }) => (vcpus === null ? [] : [{ path, vcpus }]));
  const first = told[0];
  const other = told.find(({ vcpus }) => vcpus !== first?.vcpus);
  if (other !== undefined)
    throw new ConfigError(
      `${other.path}: found ${other.vcpus} virtual processors, and ${first!.vcpus} in ${first!.path}; expected reports of one virtual machine`,
    );
  if (first !== undefined && given !== undefined && first.vcpus !== given)
    throw new UsageError(
      `--vcpus ${given}: found ${first.vcpus} virtual processors in ${first.path}; expected the same`,
    );
  const vcpus = first?.vcpus ?? given;
  if (first !== undefined) draft.say('vcpus', `${first.path}: those that it names`);
  else if (given !== undefined) draft.say('vcpus', '--vcpus');
  else draft.note('vcpus: no report tells how many; 1 stands in the profile (--vcpus)');
  return vcpus ?? 1;
}
