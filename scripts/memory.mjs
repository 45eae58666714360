// Memory of a replay with a walk on every reference: 2^20 distinct pages of 4 KiB under nested paging with 4 KiB host pages take less than
// 400 MB, the whole process counted. After `npm run build`.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LIMIT_MB = 400;
const vmmu = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'vmmu-memory-'));
let failed = 0;
const machines = ['yardstick', 'amd-zen4'];
try {
  const trace = join(folder, 'pages.arrows');
  execFileSync(process.execPath, [vmmu, 'trace', 'gen', 'uniform', trace, '--refs', '8m'], { stdio: 'ignore' });
  for (const machine of machines) {
    const args = [
      'run',
      trace,
      '--strategy',
      'nested',
      '--machine',
      machine,
      '--workers',
      '1',
      '--format',
      'json',
      '--quiet',
    ];
    // The peak of the process itself, which the operating system tells when it ends.
    const source = `
      process.on('exit', () => process.stderr.write('PEAK ' + process.resourceUsage().maxRSS + '\\n'));
      process.argv.splice(1, 1, ...${JSON.stringify(args)});
      await import(${JSON.stringify(vmmu)});`;
    const child = execFileSync(
      'sh',
      ['-c', 'exec "$0" --input-type=module -e "$1" x 2>&1 >/dev/null', process.execPath, source],
      {
        encoding: 'utf8',
      },
    );
    const peak = Number(/PEAK (\d+)/.exec(child)?.[1]) / 1024;
    const good = peak < LIMIT_MB;
    if (!good) failed++;
    console.log(
      `${good ? 'ok    ' : 'FAILED'} 2^20 pages, nested, 4 KiB on 4 KiB, ${machine}: ${peak.toFixed(0)} MB of ${LIMIT_MB}`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`${machines.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
