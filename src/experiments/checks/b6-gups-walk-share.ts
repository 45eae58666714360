import { within, type Check } from './check.js';
import { updateCycles, WORKLOAD, type PageSize } from './gups-time.js';

function share(size: PageSize): number {
  const { translation, total } = updateCycles('native', size);
  return (100 * translation) / total;
}

const OVERLAP =
  'the artifact counts cycles in which any walk is under way, while other updates go on; here an update waits for its word and its walk in turn, so both have about one access to memory each';

export const b6: Check = {
  id: 'B6',
  class: 'BAND',
  title: 'GUPS on bare metal: share of cycles in page walks',
  source: 'Mitosis artifact, figure 6: 374.94 of 454.08 and 83.12 of 176.55 Gcycles',
  tag: 'P',
  workload: WORKLOAD,
  findings: () => [
    within({
      what: '4 KiB pages, %',
      target: '82.6',
      measured: share('4k'),
      band: [75, 100],
      digits: 1,
      learned: OVERLAP,
    }),
    within({
      what: '2 MiB pages, %',
      target: '47.1',
      measured: share('2m'),
      band: [35, 60],
      digits: 1,
      learned: OVERLAP,
    }),
  ],
};
