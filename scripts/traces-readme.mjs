// traces/README.md with its table made from the manifest: node scripts/traces-readme.mjs prints it; scripts/convert-traces.mjs writes it.
import { readFile } from 'node:fs/promises';
import { argv, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';

export const README = fileURLToPath(new URL('../traces/README.md', import.meta.url));
const MANIFEST = fileURLToPath(new URL('../traces/manifest.json', import.meta.url));
const TABLE = /(<!-- made from manifest\.json -->\n)[^]*?(\n<!-- end -->)/;

export async function readme() {
  const { traces } = JSON.parse(await readFile(MANIFEST, 'utf8'));
  return (await readFile(README, 'utf8')).replace(TABLE, (_, before, after) => `${before}\n${table(traces)}${after}`);
}

function table(traces) {
  const rows = Object.entries(traces).map(([name, trace]) => [`\`${name}\``, ...columns(trace), trace.title]);
  const title = ['trace', 'references', 'rows', '4-KiB pages (fetch / data / written)', 'kB', 'what ran'];
  return [title, title.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

function columns({ counts, characteristics, bytes }) {
  const { references, runs, events, pages } = counts;
  const rows = runs.all + Object.values(events).reduce((sum, count) => sum + count, 0);
  return [
    references.all === null
      ? `${amount(references.data)} data, filtered`
      : amount(references.all) + kept(characteristics),
    amount(rows),
    [pages.fetch, pages.data, pages.written].map((count) => count.toLocaleString('en-US')).join(' / '),
    Math.round(bytes / 1e3).toLocaleString('en-US'),
  ];
}

const kept = ({ sampled }) => (sampled === undefined ? '' : ' that faulted');

const amount = (count) => (count < 1e6 ? count.toLocaleString('en-US') : `${(count / 1e6).toFixed(1)} M`);

if (argv[1] === fileURLToPath(import.meta.url)) stdout.write(await readme());
