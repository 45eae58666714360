/** Reads an exit profile, and makes the document of one. */
import { TraceError } from '../errors.js';
import type { ForeignFile } from '../trace/formats/format.js';
import type { ImportNotes } from '../trace/notes.js';
import { TextLines } from '../trace/text-lines.js';
import { costMicroseconds, type ExitProfile } from './exit-profile.js';
import { PROFILE_READERS, type ProfileReaderName } from './readers/index.js';

/** Knows of each exit and counter, by the source's names, where it was first read. */
export interface PlacedProfile extends ExitProfile {
  readonly places: Readonly<Record<string, string>>;
}

/** Which source a file is of that begins so; null: none of exit profiles. */
export function profileReaderOf(head: Uint8Array): ProfileReaderName | null {
  const text = new TextDecoder().decode(head);
  const names = Object.keys(PROFILE_READERS) as ProfileReaderName[];
  return names.find((name) => PROFILE_READERS[name].recognise(text)) ?? null;
}

export async function readProfile(
  { path, bytes }: Pick<ForeignFile, 'path' | 'bytes'>,
  name: ProfileReaderName,
  notes: ImportNotes,
): Promise<PlacedProfile> {
  const lines = new TextLines(bytes, path);
  notes.place = () => lines.place;
  const profile = await PROFILE_READERS[name].read(lines, notes);
  if (profile.exits.length === 0 && Object.keys(profile.counters).length === 0)
    throw new TraceError(`${path}: found no exit and no counter; expected ${PROFILE_READERS[name].description}`);
  return { ...profile, places: lines.places };
}

/** The JSON document `vmmu/exit-profile@1`. `costMicroseconds` is the time of all exits but those of an idle guest. */
export function profileDocument(format: ProfileReaderName, profile: ExitProfile, notes: ImportNotes) {
  const { seconds, vcpus, exits, counters, shares } = profile;
  return {
    schema: 'vmmu/exit-profile@1',
    source: format,
    seconds,
    vcpus,
    costMicroseconds: costMicroseconds(profile),
    exits,
    counters,
    ...(shares === undefined ? {} : { shares }),
    leftOut: notes.record.dropped,
  };
}
