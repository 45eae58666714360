// Pages that are lists of what can be named: `vmmu list` prints the same.
import { COSTS } from '../../dist/config/costs/index.js';
import { VMMS } from '../../dist/config/vmms/index.js';
import { EXPORT_FORMATS } from '../../dist/trace/export/index.js';
import { FORMATS } from '../../dist/report/formats.js';
import { LISTS } from '../../dist/cli/lists.js';
import { code, codes, page, table, text } from './markdown.mjs';

/** A list of `vmmu list` as a table: names as code, the rest as text. */
async function listed(kind) {
  const rows = (await LISTS[kind]()).map(({ row }) => row);
  return table(
    rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, cell(key, value)]))),
  );
}

const cell = (key, value) =>
  key === 'name' ? code(value) : value === true ? 'yes' : value === false ? 'no' : text(String(value));

export const counters = async () =>
  page(
    '# Counters',
    'Each counter is a column of `summary.csv` and a key of `counters` in JSON. `vmmu list counters` prints them. Cycles are made of counts and [prices](costs.md) afterwards.',
    await listed('counters'),
  );

export const exits = async () =>
  page(
    '# VM exits',
    'Causes of VM exits, with the exit reason of VT-x (SDM vol. 3D, appendix C) and the exit code of AMD-V (APM vol. 2, appendix C). `memory` says whether an exit is part of the price of virtual memory. A cause with neither is an entry into the VMM without an exit. `vmmu list exits` prints them.',
    await listed('exits'),
    '## Sensitive instructions',
    'The 18 instructions that break the rule of Popek and Goldberg on IA-32, and what becomes of each. `vmmu list sensitive-instructions NAME` says more of one.',
    await listed('sensitive-instructions'),
  );

export function costs() {
  return page(
    '# Exit prices',
    'Cycles of one VM exit by processor generation: `exitHardwareCycles` for the way out and back, `exitSoftwareCycles` for the VMM, together the price of a cause that has none of its own. `--costs NAME` takes another set, `--set costs.exitHardwareCycles=1000` another number; no replay is needed for other prices.',
    Object.values(COSTS).map((prices) => [
      `## ${prices.name}`,
      table([
        { price: 'hardware', cycles: prices.exitHardwareCycles },
        { price: 'software', cycles: prices.exitSoftwareCycles },
        ...Object.entries(prices.exitCyclesByCause ?? {}).map(([cause, cycles]) => ({
          price: `${code(cause)}, in all`,
          cycles,
        })),
        ...(prices.entryCycles === undefined
          ? []
          : [{ price: 'entry without an exit, in all', cycles: prices.entryCycles }]),
      ]),
      `Source: ${text(prices.source)}.`,
    ]),
  );
}

export const formats = async () =>
  page(
    '# Formats',
    'What each trace format holds and lacks is in [Importing traces](../import.md); the native file is described in [Sample traces](../../traces/README.md).',
    '## Traces that can be read',
    'With `vmmu trace import FILE -o OUT`, plain or compressed (gzip, brotli, zstd, xz, bzip2). A file is tried in this order unless `--format` names one.',
    await listed('formats'),
    '## Traces that can be written',
    'With `vmmu trace convert`, beside the native `.arrows`.',
    table(
      Object.entries(EXPORT_FORMATS).map(([name, { suffix, description }]) => ({
        name: code(name),
        suffix,
        description: text(description),
      })),
    ),
    '## Results',
    'With `--format` of `vmmu run`, `vmmu sweep` and `vmmu merge`.',
    table(Object.entries(FORMATS).map(([name, { title }]) => ({ name: code(name), prints: title }))),
  );

export const generators = async () =>
  page(
    '# Generators',
    'With `vmmu trace gen NAME FILE`. An option with a number in parentheses has it as its default; [the command](cli.md#vmmu-trace-gen) says what each means.',
    await listed('generators'),
  );

export const strategies = async () =>
  page(
    '# Paging strategies',
    'With `--strategy`. `best` adds the cheapest of those chosen.',
    await listed('strategies'),
    '## Named VMMs',
    'A named VMM is a strategy with the policy and the controls of a product; `--strategy` takes it too.',
    table(
      Object.values(VMMS).map(({ name, strategy, title, vmm, source }) => ({
        name: code(name),
        strategy: code(strategy),
        title,
        settings: settings(vmm),
        source: text(source),
      })),
    ),
  );

/** Values instead of the defaults, as `--set` would have them. */
function settings(vmm, path = 'vmm') {
  const parts = Object.entries(vmm).map(([key, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? settings(value, `${path}.${key}`)
      : codes([`${path}.${key}=${JSON.stringify(value)}`]),
  );
  return parts.length === 0 ? 'the defaults' : parts.join(', ');
}
