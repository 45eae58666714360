import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    maxWorkers: 2,
    // These machines are shared: a slow one must not fail a test that is about something else.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
