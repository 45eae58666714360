import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LONG } from './test/long.js';

const BUILT = fileURLToPath(new URL('./dist/', import.meta.url));
/** As a text it would be sought below node_modules only. */
const IN_BUILT = new RegExp(`^${BUILT.replaceAll(/[^\w/]/g, '\\$&')}`);

/** These machines are shared: a slow one must not fail a test that is about something else. */
const LIMIT_MS = LONG ? 900_000 : 300_000;

export default defineConfig({
  // The runner's own transformation turns imported constants into getters, which makes hot loops two to three times slower.
  resolve: { alias: [{ find: /^(\.\.\/)+src\//, replacement: BUILT }] },
  test: {
    include: ['test/**/*.test.ts'],
    // In a browser, which not every machine has: `npm run test:page`.
    exclude: process.env['VMMU_PAGE'] === '1' ? [] : ['test/page/**'],
    globalSetup: 'test/build.ts',
    server: { deps: { external: [IN_BUILT] } },
    maxWorkers: 2,
    // No test changes a module, so files may share them: loading all of them afresh for each file took a fifth of the time.
    isolate: false,
    setupFiles: ['test/seed.ts'],
    testTimeout: LIMIT_MS,
    hookTimeout: LIMIT_MS,
  },
});
