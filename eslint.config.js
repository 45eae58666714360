// Strict rules with type information, and who may import from whom: docs/architecture.md.
import { readdirSync } from 'node:fs';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const ROOMS = readdirSync('src', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** Rooms whose imports are limited, and the other rooms they may import values from. Types may come from anywhere. */
const MAY_IMPORT = {
  counters: [],
  vmm: [],
  config: ['vmm'],
  trace: [],
  profile: ['trace', 'vmm'],
  mmu: ['memory', 'trace', 'paging'],
  paging: ['memory', 'mmu', 'vmm'],
  guest: ['memory', 'trace', 'paging', 'vmm'],
  cost: ['counters', 'config', 'vmm'],
  report: ['counters', 'config', 'vmm', 'cost'],
  sweep: ['config', 'counters', 'paging', 'report', 'run', 'trace'],
  explain: ['memory', 'mmu', 'paging', 'vmm', 'config', 'counters', 'cost', 'trace', 'run', 'verify', 'figures'],
  figures: ['counters', 'config', 'vmm', 'cost', 'report', 'trace'],
  print: ['config', 'figures', 'report'],
  plan: ['config', 'counters', 'cost', 'figures', 'paging', 'profile', 'report', 'run', 'trace', 'vmm'],
  probe: ['config', 'cost', 'run', 'trace'],
  page: ['config', 'cost', 'counters', 'explain', 'figures', 'report', 'run', 'vmm'],
  gather: ['config', 'counters', 'cost', 'experiments', 'figures', 'print', 'report', 'run', 'vmm'],
};

/** Rooms that touch the outside world. */
const MAY_USE_NODE = ['cli', 'trace', 'run', 'sweep', 'report', 'print', 'plan', 'probe', 'bench', 'verify', 'gather'];

/** The names of strategies are for everyone. */
const from = (rooms) => `^(?!(\\.\\./)+paging/names\\.js$)(\\.\\./)+(${rooms.join('|')})/`;
const nodeModules = (room) =>
  MAY_USE_NODE.includes(room) ? [] : [{ regex: '^node:', message: `${room} does no input or output.` }];
const commandLine = { regex: from(['cli']), message: 'Nobody imports from the command line.' };
const strategyOnly = {
  regex: '^(\\.\\./)+paging/(?!strategy\\.js$)',
  message: 'Only the interface: paging/strategy.ts.',
};

function limits(room) {
  if (room === 'memory') return [{ regex: '^(\\.\\./)+[^/]+/', message: 'memory imports errors.ts only.' }];
  const allowed = MAY_IMPORT[room];
  if (allowed === undefined) return [];
  const others = ROOMS.filter((other) => other !== room && !allowed.includes(other));
  const values = { regex: from(others), allowTypeImports: true, message: `${room} may import: ${allowed.join(', ')}.` };
  return room === 'mmu' || room === 'guest' ? [values, strategyOnly] : [values];
}

/** `src/memory/formats` reaches its own room with `../`, so rooms inside rooms are told apart by name, not by depth. */
const dependences = ROOMS.map((room) => ({
  files: [`src/${room}/**/*.{ts,tsx}`],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      { patterns: [...limits(room), ...nodeModules(room), ...(room === 'cli' ? [] : [commandLine])] },
    ],
  },
}));

export default defineConfig(
  globalIgnores(['dist', 'coverage', 'docs/api', 'results']),
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Elements of typed arrays are `number | undefined` under noUncheckedIndexedAccess.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // `return this.mmap(…)` ends a branch in one line.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    rules: { 'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    ignores: ['src/cli/**'],
    rules: {
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'exit', message: 'Throw; cli/main.ts ends.' },
      ],
    },
  },
  // Streams made by hand are async generators with nothing to wait for.
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/require-await': 'off' } },
  ...dependences,
);
