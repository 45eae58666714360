/** Shadow and nested paging against what KVM counted. */
import { MEASURED_GUESTS } from '../../trace/shipped.js';
import { guestSuite } from './guests.js';

export const kvm = guestSuite(
  [
    ['kvm', 'shadow and nested paging against what KVM counted of two guests'],
    ['kvm --trace guest.arrows.br --measured guest.kvm.json'],
  ],
  MEASURED_GUESTS,
  async () => {
    const { parseMeasured } = await import('../../verify/kvm/measured.js');
    const { replayGuest } = await import('../../verify/kvm/replay.js');
    const { compare } = await import('../../verify/kvm/compare.js');
    const { kvmText } = await import('../kvm-text.js');
    return {
      parseMeasured,
      replay: replayGuest,
      compare(file, { shadow, nested }) {
        const checks = compare(file, shadow, nested);
        return {
          name: shadow.name,
          checks: checks.map((check) => ({ ...check, where: check.phase })),
          text: kvmText(file, shadow, nested, checks),
        };
      },
    };
  },
);
