import { defineConfig } from 'vitest/config';
import { LONG } from './test/long.js';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    maxWorkers: 2,
    // No test changes a module, so files may share them: loading all of them afresh for each file took a fifth of the time.
    isolate: false,
    setupFiles: ['test/seed.ts'],
    // These machines are shared: a slow one must not fail a test that is about something else.
    testTimeout: LONG ? 900_000 : 120_000,
    hookTimeout: 120_000,
  },
});
