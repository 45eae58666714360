/** An exit profile as text. */
import { costMicroseconds, type ExitProfile, type ProfiledExit } from '../profile/exit-profile.js';
import { columns } from './columns.js';

export function profileText(profile: ExitProfile): string {
  const { exits, counters, seconds, vcpus } = profile;
  const cost = costMicroseconds(profile);
  const watched = [
    ...(seconds === null ? [] : [`${seconds} s were watched`]),
    ...(vcpus === null ? [] : [`virtual processors: ${vcpus}`]),
    ...(cost === null ? [] : [`exits took ${(cost / 1e6).toFixed(3)} s, those of an idle guest left out`]),
  ];
  const listed = Object.entries(counters).map(([counter, count]) => ({
    counter,
    count: count.toLocaleString('en-US'),
  }));
  const parts = [exits.map(line), listed].filter((rows) => rows.length > 0).map((rows) => columns(rows));
  return [...parts, ...watched.map((text) => `${text}\n`)].join('\n');
}

function line({
  name,
  vmx,
  svm,
  cause,
  idle,
  count,
  meanMicroseconds,
  minMicroseconds,
  maxMicroseconds,
}: ProfiledExit) {
  return {
    exit: name,
    count: count.toLocaleString('en-US'),
    'mean µs': time(meanMicroseconds),
    'min µs': time(minMicroseconds),
    'max µs': time(maxMicroseconds),
    VMX: vmx === null ? '–' : String(vmx),
    SVM: svm === null ? '–' : `0x${svm.toString(16)}`,
    cause: cause ?? (idle ? 'idle' : '–'),
  };
}

function time(microseconds: number | null): string {
  return microseconds === null ? '–' : microseconds.toFixed(2);
}
