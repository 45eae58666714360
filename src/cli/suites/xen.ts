/** Paravirtual, shadow and nested paging against what Xen counted. */
import { XEN_GUESTS } from '../../trace/shipped.js';
import { guestSuite } from './guests.js';

export const xen = guestSuite(
  [['xen', 'paravirtual, shadow and nested paging against what Xen counted of a guest']],
  XEN_GUESTS,
  async () => {
    const { abortable, closing } = await import('../../trace/source.js');
    const { openAnyTrace } = await import('../../trace/open.js');
    const { parseMeasured } = await import('../../verify/xen/measured.js');
    const { replayXen } = await import('../../verify/xen/replay.js');
    const { compare } = await import('../../verify/xen/compare.js');
    const { xenText } = await import('../xen-text.js');
    return {
      parseMeasured,
      async replay(trace, signal) {
        const domain = async (name: 'pv' | 'shadow' | 'hap') =>
          closing(await openAnyTrace(trace), (source) => replayXen(abortable(source, signal), name));
        return { pv: await domain('pv'), shadow: await domain('shadow'), hap: await domain('hap') };
      },
      compare(file, replayed) {
        const { name } = replayed.pv;
        const checks = compare(file, replayed);
        return {
          name,
          checks: checks.map((check) => ({ ...check, where: check.domain })),
          text: xenText(name, checks),
        };
      },
    };
  },
);
