/** `virsh domstats --vcpu` of one domain: KVM's counters of each virtual processor, which are added up. */
import type { ProfileReader } from './reader.js';

const ROW = /^([a-z][\w-]*(?:\.[\w-]+)+)=(.*)$/;
const SUM = /^vcpu\.(\d+)\.([\w-]+)\.sum$/;

export const domstats: ProfileReader = {
  description: 'virsh domstats --vcpu of one domain',
  recognise: (head) => /^\s*vcpu\.\d+\.[\w.-]+=/m.test(head),
  async read(lines, notes) {
    const counters: Record<string, number> = {};
    const vcpus = new Set<string>();
    let domains = 0;
    for await (const text of lines.all()) {
      if (text === '') continue;
      if (text.startsWith('Domain:')) {
        if (++domains > 1) lines.fail(text.slice(0, 7), 'one domain: virsh domstats --vcpu DOMAIN');
        continue;
      }
      const [, field, value] = ROW.exec(text) ?? lines.fail(text, 'a field as vcpu.0.exits.sum=5468522');
      const [, vcpu, name] = SUM.exec(field!) ?? [];
      if (name === undefined) {
        notes.drop(`fields of ${field!.split('.')[0]!} that are no sums`);
        continue;
      }
      if (!/^\d+$/.test(value!)) lines.fail(text, 'a number');
      lines.mark(name);
      vcpus.add(vcpu!);
      counters[name] = (counters[name] ?? 0) + Number(value);
    }
    return { seconds: null, vcpus: vcpus.size, exits: [], counters };
  },
};
