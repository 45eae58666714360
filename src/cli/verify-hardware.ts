/** `vmmu verify hardware`: the chases of a probe replayed on the machine that the probe described. */
import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { resolveConfig } from '../config/resolve.js';
import { UsageError } from '../errors.js';
import { checkHardware, type HardwareCheck, type KneeCheck } from '../probe/check.js';
import { machineYaml } from '../probe/machine-file.js';
import { parseProbe } from '../probe/probe-file.js';
import { columns } from './columns.js';
import { readText } from './options.js';
import { footprint } from './probe-text.js';

export interface HardwareTally {
  readonly passed: number;
  readonly failed: number;
}

const HERE = 'probe.json';

/** @param file of a probe; without one, that which is here */
export function verifyHardware(file: string | undefined, format: string): HardwareTally {
  const given = file ?? HERE;
  if (file === undefined && !existsSync(HERE))
    throw new UsageError(`hardware: found no ${HERE} here; 'vmmu probe -o probe.yaml' writes one`);
  const { curves, machine } = pair(given);
  const probe = parseProbe(readText(curves), curves);
  const config = resolveConfig({ machine }, (path) =>
    path === machine && !existsSync(machine) ? machineYaml(probe) : readText(path),
  );
  const check = checkHardware(probe, config);
  if (format === 'json')
    process.stdout.write(`${JSON.stringify({ schema: 'vmmu/verify-hardware@1', ...check }, null, 1)}\n`);
  else
    process.stdout.write(hardwareText(check, existsSync(machine) ? machine : `the machine that ${curves} describes`));
  const verdicts = check.knees.map(({ passed }) => passed);
  return {
    passed: verdicts.filter((one) => one === true).length,
    failed: verdicts.filter((one) => one === false).length,
  };
}

/** Either file of a probe names the other. */
function pair(given: string): { curves: string; machine: string } {
  const suffix = extname(given);
  const base = given.slice(0, given.length - suffix.length);
  const asPath = (path: string): string => (/[/\\]/.test(path) ? path : `./${path}`);
  if (suffix === '.json') return { curves: given, machine: asPath(`${base}.yaml`) };
  if (suffix === '.yaml' || suffix === '.yml') return { curves: `${base}.json`, machine: asPath(given) };
  throw new UsageError(`${given}: expected probe.json or probe.yaml, as vmmu probe -o has written them`);
}

function hardwareText(
  { rows, knees, strategy, medianError, medianHitError, medianWalkError }: HardwareCheck,
  machine: string,
): string {
  const table = rows.map(({ pages, measuredNs, dataNs, nativeNs, nestedNs, error, translationError }) => ({
    pages,
    footprint: footprint(pages),
    'measured ns': measuredNs.toFixed(2),
    'of data': dataNs.toFixed(2),
    'modelled native': nativeNs.toFixed(2),
    ...(nestedNs === null ? {} : { nested: nestedNs.toFixed(2) }),
    error: percent(error),
    'of translation': translationError === null ? '–' : percent(translationError),
  }));
  return [
    `Loads of a chase on ${machine}: the data's part is measured (dense lines) and the same in the model; the model adds translation.`,
    `Errors are of ${strategy} paging. They are shown, not judged. Judged is whether the model's curve tells the entries that the machine's did: they are in the file, so this tries file and model.`,
    '',
    columns(table),
    ...knees.map(kneeLine),
    `median error ${size(medianError)} of a load; of translation ${size(medianHitError)} where the TLB hits, ${size(medianWalkError)} where it walks`,
    '',
  ].join('\n');
}

function kneeLine({ level, measured, modelled, passed }: KneeCheck): string {
  const of = (entries: number | null | undefined): string => (entries == null ? 'not seen' : `${entries} entries`);
  const verdict = passed === null ? 'not compared' : passed ? 'passed' : 'FAILED';
  return `${level} level: measured ${of(measured?.entries)}, modelled ${of(modelled)}: ${verdict}`;
}

function percent(part: number): string {
  return `${part < 0 ? '' : '+'}${(100 * part).toFixed(0)}%`;
}

function size(part: number | null): string {
  return part === null ? '–' : `${(100 * part).toFixed(0)}%`;
}
