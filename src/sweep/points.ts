/** The configurations of a sweep: each machine, with each of the walk caches, at each point of the axes. */
import { refuseTwins } from '../config/names.js';
import { draftConfig, overlap, withChange, type ConfigInput, type ReadText } from '../config/resolve.js';
import { runSchema, type RunConfig } from '../config/schema.js';
import { check } from '../config/validate.js';
import type { Point } from '../report/result-row.js';
import { at, type Axis, type SweepFile } from './sweep-file.js';

export interface Configured {
  readonly point: Point;
  readonly config: RunConfig;
  /** Why its values do not fit each other; null where they do. */
  readonly misfit: string | null;
}

export interface Configurations {
  /** Before the axes, one for each machine and its walk caches. */
  readonly bases: readonly RunConfig[];
  readonly all: readonly Configured[];
}

export function configurations(file: SweepFile, readText: ReadText): Configurations {
  const machines = (file.machines ?? [undefined]).map((machine) =>
    (file.walkCaches ?? [undefined]).map((caches): Draft => ({
      point: caches === undefined ? {} : { walkCaches: caches },
      draft: draftOf(file, machine, caches, readText),
    })),
  );
  const judged = (draft: unknown, point: Point): Configured => {
    const checked = check(runSchema, draft, (path) => locateIn(file, path));
    return 'misfit' in checked
      ? { point, config: draft as RunConfig, misfit: checked.misfit }
      : { point, config: checked.value, misfit: null };
  };
  const drafts = machines.flat();
  const bases = drafts.map(({ draft, point }) => judged(draft, point).config);
  at(file.locate(['machines']), () =>
    refuseTwins(
      machines.map(([first]) => (first!.draft as RunConfig).machine.name),
      'machine',
    ),
  );
  return {
    bases,
    all: drafts.flatMap(({ draft, point }) => walk(file, draft, point).map((one) => judged(one.draft, one.point))),
  };
}

interface Draft {
  readonly draft: unknown;
  readonly point: Point;
}

/** The cross product of the axes; the last one goes fastest. */
function walk(file: SweepFile, draft: unknown, point: Point): Draft[] {
  return file.axes.reduce<Draft[]>(
    (drafts, axis) => drafts.flatMap((before) => along(file, axis, before)),
    [{ draft, point }],
  );
}

function along({ locate }: SweepFile, { path, values }: Axis, { draft, point }: Draft): Draft[] {
  const where = `${locate(['axes', path])}: ${path}:`;
  return values.map(({ text, change }) => ({
    draft: withChange(draft, path.split('.'), change, where),
    point: { ...point, [path]: text },
  }));
}

/** What is wrong is said of the key that brings it in: each is added to those before it. */
function draftOf(
  file: SweepFile,
  machine: string | undefined,
  caches: NonNullable<SweepFile['walkCaches']>[number] | undefined,
  readText: ReadText,
): unknown {
  const place = machine === undefined ? ['machines'] : ['machines', file.machines!.indexOf(machine)];
  const { config, costs, set } = file;
  const parts: (readonly [where: PropertyKey[], part: ConfigInput])[] = [
    [place, machine === undefined ? {} : { machine }],
    [['config'], config === undefined ? {} : { config }],
    [['costs'], costs === undefined ? {} : { costs }],
    [['set'], set === undefined ? {} : { set }],
    [['walkCaches'], caches === undefined || caches === 'own' ? {} : { walkCaches: caches }],
  ];
  let input: ConfigInput = {};
  let draft: unknown;
  for (const [where, part] of parts) {
    input = { ...input, ...part };
    draft = at(file.locate(where), () => draftConfig(input, readText));
  }
  return draft;
}

/** Where in the file that was given which is wrong in a configuration. */
function locateIn({ axes, set = [], locate }: SweepFile, path: readonly PropertyKey[]): string {
  const axis = axes.find((one) => overlap(one.path.split('.'), path));
  if (axis !== undefined) return locate(['axes', axis.path]);
  const given = set.findLastIndex((one) => overlap(one.split('=')[0]!.split('.'), path));
  return given < 0 ? locate([]) : locate(['set', given]);
}
