import { expect, test } from 'vitest';
import { STRATEGY_NAMES } from '../../src/paging/index.js';
import { Cell, runCell } from '../../src/run/cell.js';
import { generateTrace } from '../../src/trace/generate.js';
import { configOf } from '../support/machine.js';
import { TraceBuilder, USER } from '../support/trace-builder.js';

test.each(STRATEGY_NAMES)('%s: an audited replay counts what an unaudited one does', (strategy) => {
  const trace = generateTrace('uniform', { refs: 20_000, pages: 256, every: { cpuid: 500 } });
  const { characteristics } = trace.header;
  const config = configOf({ vmm: { intervalRefs: 2000 } });
  const [plain, audited] = [false, true].map((audit) =>
    runCell({ strategy, characteristics, config, audit }, trace.pages, trace.batches()),
  );
  expect(audited).toEqual(plain);
});

test.each(STRATEGY_NAMES)(
  '%s: a translation that the guest’s tables do not give is an error that names row and page',
  (strategy) => {
    const trace = new TraceBuilder();
    const cell = new Cell({ strategy, characteristics: USER, config: configOf(), audit: true }, trace.pages);
    trace.event('mmap', 16, 4, 3, 1).ref('write', 16).ref('write', 17).event('cpuid');
    cell.replay(trace.batch());
    const { paging, platform } = cell;
    // Behind the strategy's back, the guest's leaf for page 17 points elsewhere.
    let table = paging.guestRoot;
    for (let level = 4; level > 1; level--) table = paging.readWord(table, 0) >>> 12;
    platform.memory.write(platform.host.frameOf(table), 2 * 17, (999 << 12) | 0x67);
    trace.ref('read', 16).event('cpuid');
    expect(() => cell.replay(trace.batch())).toThrow(/^after row 5 of the trace, page 0x11: /);
  },
);
