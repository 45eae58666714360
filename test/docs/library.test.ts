import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const FOLDER = 'examples/library';

/** What an example prints, line by line. */
async function printedBy(name: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [`${FOLDER}/${name}.mjs`]);
  return stdout.trim().split('\n');
}

/** Of each line, the whole numbers that stand alone. */
function numbersIn(lines: readonly string[]): number[][] {
  return lines.map((line) => [...line.matchAll(/(?<![\w-])\d+(?![\w-])/g)].map(([number]) => Number(number)));
}

const LAWS: Readonly<Record<string, (lines: readonly string[]) => void>> = {
  /** (4 + 1) × (4 + 1) − 1 */
  'one-cell': (lines) => expect(lines[0]).toMatch(/: 24 each$/),
  compare: (lines) => {
    const [native, shadow, nested] = numbersIn(lines).map(([exits]) => exits!);
    expect(native).toBe(0);
    expect(shadow).toBeGreaterThan(nested!);
  },
  'other-prices': (lines) => {
    const walks = numbersIn(lines).map(([exits, all]) => all! - exits!);
    expect(walks.length).toBeGreaterThan(5);
    expect(new Set(walks).size).toBe(1);
  },
  /** Walks of shadow tables read fewer entries, so exits may cost something. */
  'break-even': (lines) => {
    const prices = numbersIn(lines).map(([price]) => price!);
    expect(prices.length).toBeGreaterThan(1);
    for (const price of prices) expect(price).toBeGreaterThan(0);
  },
};

test.each(readdirSync(FOLDER))('%s keeps its law, and docs/library.md shows it', async (file) => {
  const text = readFileSync(`${FOLDER}/${file}`, 'utf8');
  expect(text.split('\n').length).toBeLessThanOrEqual(31);
  expect(readFileSync('docs/library.md', 'utf8')).toContain(`\`\`\`js\n${text}\`\`\``);
  const name = file.replace('.mjs', '');
  LAWS[name]!(await printedBy(name));
});
