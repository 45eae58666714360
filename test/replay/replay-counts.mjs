// Replays a generated stream on the built code and prints its TLB counts: the test runner's own transformation of the source
// makes 20 million references take several times as long. Arguments: generator, references, TLB description as JSON.
import { COSTS } from '../../dist/config/costs/index.js';
import { yardstick } from '../../dist/config/machines/yardstick.js';
import { runSchema } from '../../dist/config/schema.js';
import { runCell } from '../../dist/run/cell.js';
import { generateTrace } from '../../dist/trace/generate.js';

const [name, refs, tlb] = process.argv.slice(2);
const machine = { ...yardstick, tlb: { ...yardstick.tlb, ...JSON.parse(tlb) } };
const config = runSchema.parse({ machine, costs: COSTS['epyc-2020'] });
const { header, pages, batches } = generateTrace(name, { refs: Number(refs) });
const spec = { strategy: 'native', characteristics: header.characteristics, config };
const { l1TlbHits, l2TlbHits, tlbMisses } = runCell(spec, pages, batches()).counters;
console.log(JSON.stringify([l1TlbHits, l2TlbHits, tlbMisses]));
