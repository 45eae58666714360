/** A probe of this machine against the model. */
import type { SuiteDefinition } from './suite.js';

export const hardware: SuiteDefinition = {
  examples: [['hardware probe.json', 'your machine: what vmmu probe measured against the model, by footprint']],
  takes: ['format'],
  files: { most: 1, title: 'one file that vmmu probe -o has written', help: 'a probe' },
  leftOut: 'it is about a machine of yours',
  failsOnly: `where a TLB of the model is full elsewhere than the
machine's: latencies are shown`,
  async run({ files, options: { format } }) {
    const { verifyHardware } = await import('../verify-hardware.js');
    return { ...verifyHardware(files[0], format), skipped: 0 };
  },
};
