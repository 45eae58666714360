#!/usr/bin/env node
/**
 * Makes traces/ from the recorders' own files: node scripts/convert-traces.mjs SOURCE_FOLDER [NAME...], after `npm run build`.
 * Also copies the exact statistics that came with the page-run streams to test/trace/golden/, which the tests compare with.
 * Two runs make the same bytes.
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openAnyTrace, openTogether } from '../dist/trace/open.js';
import { traceStatistics } from '../dist/trace/statistics.js';
import { writeTrace } from '../dist/trace/file-writer.js';
import { readme, README } from './traces-readme.mjs';

const project = fileURLToPath(new URL('..', import.meta.url));
const [folder, ...names] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: node scripts/convert-traces.mjs SOURCE_FOLDER [NAME...]');
  process.exit(2);
}

const plan = await readJson(join(project, 'scripts/sample-traces.json'));
const manifestPath = join(project, 'traces/manifest.json');
const manifest = await readJson(manifestPath).catch(() => ({}));
const traces = {};
for (const [name, recipe] of Object.entries(plan.traces)) {
  const made = names.length === 0 || names.includes(name) ? await convert(name, recipe) : manifest.traces?.[name];
  if (made !== undefined) traces[name] = { title: recipe.title, ...made };
}
await writeJson(manifestPath, { madeBy: 'scripts/convert-traces.mjs', licence: plan.licence, traces });
await writeFile(README, await readme());

async function convert(name, { file, files = [file], capture, packages, ran, limits = [], ...format }) {
  const sources = files.map((each) => join(folder, each));
  const { captured, limits: captureLimits } = plan.captures[capture];
  const target = join(project, 'traces', `${name}.arrows.br`);
  const options = { ...format, name, source: { ran, captured } };
  const opened = sources.length === 1 ? openAnyTrace(sources[0], options) : openTogether(sources, options);
  await writeTrace(target, await opened);
  const trace = await openAnyTrace(target);
  const statistics = await traceStatistics(trace);
  const bytes = await readFile(target);
  console.error(`${name}: ${bytes.length} bytes`);
  if (capture === 'user') await copyGolden(name);
  const from = await Promise.all(
    files.map(async (each, at) => ({ file: each, sha256: sha256(await readFile(sources[at])) })),
  );
  return {
    file: `${name}.arrows.br`,
    bytes: bytes.length,
    sha256: sha256(bytes),
    ran,
    packages,
    captured,
    limits: [...captureLimits, ...limits],
    characteristics: trace.header.characteristics,
    counts: {
      references: statistics.references,
      runs: statistics.runs,
      pages: statistics.pages,
      threads: statistics.threads,
      events: statistics.events,
    },
    ...(trace.notes === undefined ? {} : { notes: trace.notes.record }),
    convertedFrom: from.length === 1 ? from[0] : from,
  };
}

async function copyGolden(name) {
  const golden = await readJson(join(folder, 'runs', `${name}.json`));
  const provenance = `${name}.json beside ${name}.vruns.zst: computed by the recorder's authors with a decoder that shares no code with the recorder or with this project`;
  await writeJson(join(project, 'test/trace/golden', `${name}.json`), { provenance, ...golden });
}

async function readJson(path) {
  return JSON.parse(await readFile(path, 'utf8'));
}

async function writeJson(path, value) {
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
}

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}
