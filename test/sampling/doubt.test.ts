/** Is a sample given up where what it passes over may have done something? */
import { expect, test } from 'vitest';
import type { CellSpec } from '../../src/run/cell.js';
import { runCell } from '../../src/run/cell.js';
import { runSampled } from '../../src/run/sampled-cell.js';
import { configOf, TINY } from '../support/machine.js';
import { FULL_SYSTEM, TraceBuilder } from '../support/trace-builder.js';

const array = { entries: 8, ways: 2 };
const machine = { ...TINY, tlb: { ...TINY.tlb, l1i: { shared: array }, l1d: { shared: array }, l2: null } };
const PAGE = 4096n;
const PRESENT = 0x7n;
const ACCESSED = 0x20n;
const ROOT = 0x100n;
const LEAVES = ROOT + 3n;
/** Of four groups of sets; two are drawn, and one of them is not this page's. */
const VPN = 1;
const frame = 0x200n * PAGE;

/** A guest that has read a page, writes its entry without INVLPG, and reads it again. */
function trace(written: bigint) {
  const built = new TraceBuilder();
  for (const level of [4n, 3n, 2n]) {
    const table = ROOT + 4n - level;
    built.event('tableSnapshot', level, table * PAGE, (table + 1n) * PAGE + PRESENT + ACCESSED);
  }
  const leaf = LEAVES * PAGE + 8n * BigInt(VPN);
  built.event('tableSnapshot', 1n, leaf, frame + PRESENT + ACCESSED).event('cr3Write', ROOT * PAGE);
  built.ref('read', VPN).ref('read', VPN).ref('read', VPN).event('tableWrite', 1n, leaf, written).ref('read', VPN);
  return {
    header: { name: 'doubt', characteristics: FULL_SYSTEM, source: { ran: '', captured: '' } },
    pages: built.pages,
    batch: built.batch(),
  };
}

test.each([
  ['is not present any more', 0n, false],
  ['has no accessed bit any more', frame + PRESENT, false],
  ['is what it was', frame + PRESENT + ACCESSED, true],
])(
  'a page that TLBs may hold is passed over only where a walk changes nothing: its entry %s',
  async (_, written, passedOver) => {
    const { header, pages, batch } = trace(written);
    const config = configOf({ machine, guest: { memoryMib: 256 } });
    for (let seed = 1; seed <= 8; seed++) {
      const spec: CellSpec = {
        strategy: 'native',
        characteristics: FULL_SYSTEM,
        config: { ...config, seed },
        sample: { units: 4, drawn: 2 },
      };
      const found = await runSampled(spec, () => Promise.resolve({ header, pages, batches: () => [batch] }));
      expect(found.intervals !== undefined).toBe(passedOver);
      if (!passedOver) expect(found).toEqual(runCell(spec, pages, [batch]));
    }
  },
);
