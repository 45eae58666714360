import { once } from 'node:events';
import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { printedHere } from '../cli/in-process.js';
import { ended, start, temporaryFolder, vmmu } from '../cli/vmmu.js';
import { parseProbe } from '../../src/probe/probe-file.js';
import { FOLDER } from './stored.js';

const folder = temporaryFolder();

test('a short probe writes a machine that a run takes, the curves and a figure, and names no host', async () => {
  const { status, stdout, stderr } = await vmmu(folder, 'probe -o short.yaml --seconds 1 --memory 200 --quiet');
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^processor .* GHz by dependent additions/);
  expect(stdout).toMatch(/^CPUID of the TLB +\w.*not used/m);
  expect(readdirSync(folder).sort()).toEqual(['short.json', 'short.svg', 'short.yaml']);
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  for (const text of texts) expect(text.split(/[^\w.-]+/)).not.toContain(hostname());
  expect(parseProbe(texts[0]!, 'short.json').small.residentMib).toBeLessThanOrEqual(200);
  await printedHere('trace gen uniform few.arrows --refs 2k --pages 64', folder);
  expect(await printedHere('run few.arrows --machine short.yaml --strategy native', folder)).toContain('probed');
});

test('Ctrl-C ends it with status 130, and leaves nothing', async () => {
  const before = readdirSync(folder);
  const child = start(folder, ['probe', '-o', 'cut.yaml', '--seconds', '60', '--memory', '200']);
  // It says so when it can be interrupted.
  const measuring = once(child.stderr!, 'data');
  const end = ended(child);
  await measuring;
  child.kill('SIGINT');
  expect(await end).toMatchObject({
    status: 130,
    stdout: '',
    stderr: 'measuring for 60 s, in 200 MiB at most\nvmmu: interrupted; nothing was written\n',
  });
  expect(readdirSync(folder)).toEqual(before);
});

test('verify hardware: times of the model beside those measured, and whether TLBs are full at the same footprint', async () => {
  copyFileSync(join(FOLDER, 'shared.json'), join(folder, 'shared.json'));
  const text = await printedHere('verify hardware shared.json', folder);
  expect(text).toMatch(/^first level: measured 96 entries, modelled 96 entries: passed$/m);
  expect(text).toMatch(/^second level: measured 2048 entries, modelled 2048 entries: passed$/m);
  expect(text).toMatch(/^median error \d+% of a load; of translation \d+% where the TLB hits, \d+% where it walks$/m);
  expect(text).toMatch(/\n2 passed, 0 failed\n$/);
});
