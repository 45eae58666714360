// A copy of the repository as it is on disk, built, in a temporary folder; and a fresh folder of it for each page.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

export function makeCopy() {
  const root = mkdtempSync(join(tmpdir(), 'vmmu-docs-'));
  // Beside the copies, not in them: what installs there cannot reach the repository's.
  symlinkSync(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'));
  const clean = join(root, 'clean');
  for (const file of trackedFiles()) {
    mkdirSync(dirname(join(clean, file)), { recursive: true });
    cpSync(join(REPOSITORY, file), join(clean, file), { preserveTimestamps: true });
  }
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: clean });
  const bin = join(root, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'vmmu'), `#!/bin/sh\nexec node "$VMMU_COPY/dist/cli/main.js" "$@"\n`);
  chmodSync(join(bin, 'vmmu'), 0o755);
  return { root, clean, bin };
}

/** A folder in which a page begins: nothing in it but the repository. */
export function freshFolder({ root, clean, bin }) {
  const folder = join(root, 'page');
  rmSync(folder, { recursive: true, force: true });
  cpSync(clean, folder, { recursive: true });
  return { folder, environment: { ...env, PATH: `${bin}:${env.PATH}`, VMMU_COPY: folder } };
}

/** Where git has no repository, or does not trust its owner: all files but those that are made. */
function trackedFiles() {
  try {
    return filesOfGit();
  } catch {
    const made = /^(node_modules|dist|\.git|docs\/api)(\/|$)/;
    return readdirSync(REPOSITORY, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(REPOSITORY, join(parentPath, name)))
      .filter((file) => !made.test(file));
  }
}

function filesOfGit() {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'];
  const deleted = new Set(git('ls-files', '-z', '--deleted'));
  return git(...list).filter((file) => !deleted.has(file));
}

function git(...words) {
  return execFileSync('git', words, { cwd: REPOSITORY, encoding: 'utf8', maxBuffer: 1 << 26 })
    .split('\0')
    .filter(Boolean);
}
