import { walkLabels } from '../../verify/walk-labels.js';
import { all, equal, type Check, type Finding } from './check.js';

const VPN = 0x1_2345;

const ORDER_24 =
  'G1H1 G1H2 G1H3 G1H4 G1 G2H1 G2H2 G2H3 G2H4 G2 G3H1 G3H2 G3H3 G3H4 G3 G4H1 G4H2 G4H3 G4H4 G4 UDH1 UDH2 UDH3 UDH4';
const ORDER_15 = 'G1H1 G1H2 G1H3 G1 G2H1 G2H2 G2H3 G2 G3H1 G3H2 G3H3 G3 UDH1 UDH2 UDH3';

/** @param level of the leaves, of guest and host: 1 is 4 KiB, 2 is 2 MiB */
function compared(what: string, order: string, level: number): Finding[] {
  const wanted = order.split(' ');
  const made = walkLabels(level, level, VPN);
  return [
    all(
      `labels of a walk ${what}, each in its place`,
      wanted.map((label, at) => made[at] === label),
    ),
    equal(`references of that walk, ${what}`, wanted.length, made.length),
  ];
}

export const e2: Check = {
  id: 'E2',
  class: 'EXACT',
  title: 'Order of the references of a nested walk, label by label',
  source: 'SagePTE artifact, Simulator/scripts/parse_walk_stats.py',
  tag: 'P',
  workload: 'none: tables are built and walked',
  findings: () => [...compared('4K on 4K', ORDER_24, 1), ...compared('2M on 2M', ORDER_15, 2)],
};
