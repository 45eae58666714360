/** Tests run the built code, so each run begins with a build. It checks no types: `npm run types` does. */
import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'vite';

const TSC = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const ROOT = fileURLToPath(new URL('..', import.meta.url));

export default async function build(): Promise<void> {
  const options = ['-p', 'tsconfig.build.json', '--noCheck', '--declaration', 'false'];
  execFileSync(process.execPath, [TSC, ...options], { cwd: ROOT, stdio: 'inherit' });
  chmodSync(`${ROOT}dist/cli/main.js`, 0o755);
  await bundle({ configFile: `${ROOT}vite.config.ts`, logLevel: 'warn' });
}
