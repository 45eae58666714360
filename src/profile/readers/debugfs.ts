/** KVM's counters in debugfs, name and value: as `grep . *` in the folder prints them, or a list of one's own. */
import type { ProfileReader } from './reader.js';

const ROW = /^(?:\S*\/)?([a-z][a-z0-9_]*)(?:\s*[:=]\s*|\s+)(\d+)$/;
/** Names by which such a list is known. */
const KNOWN =
  /^(?:\S*\/)?(?:exits|pf_fixed|pf_taken|pf_guest|tlb_flush|remote_tlb_flush|mmu_\w+|halt_exits|io_exits|irq_exits)(?:\s*[:=]\s*|\s+)\d+$/m;

export const debugfs: ProfileReader = {
  description: 'counters of KVM in debugfs, name and value',
  recognise: (head) => KNOWN.test(head),
  async read(lines) {
    const counters: Record<string, number> = {};
    for await (const text of lines.all()) {
      if (text === '' || text.startsWith('#')) continue;
      const [, name, value] = ROW.exec(text) ?? lines.fail(text, 'a counter as pf_fixed 86766');
      if (Object.hasOwn(counters, name!)) lines.fail(text, 'each counter once: those of one machine');
      lines.mark(name!);
      counters[name!] = Number(value);
    }
    return { seconds: null, vcpus: null, exits: [], counters };
  },
};
