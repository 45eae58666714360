/** Exits of a guest of a guest in words: what was compared, or what a stack of the user's own comes to. */
import type { Check } from '../verify/nested/compare.js';
import type { FeatureSet } from '../verify/nested/features.js';
import type { Stack } from '../verify/nested/guest.js';
import type { EventExits } from '../verify/nested/replay.js';
import { columns } from './columns.js';

export function checksText(checks: readonly Check[]): string {
  const rows = checks.map(({ mode, what, measured, modelled, rule, passed, byCode }) => ({
    ...{ mode, event: what, measured, modelled, rule },
    verdict: passed ? 'passed' : 'FAILED',
    'modelled, by SVM exit code': codes(byCode),
  }));
  return [
    'Exits of L0 for one event: s1, s0 one level with nested and shadow paging; n11 nested on nested; n10 shadow on nested',
    columns(rows),
  ].join('\n');
}

export function stackText(stack: Stack, rows: readonly EventExits[]): string {
  const lines = rows.map(({ event, l0Exits, l1Exits, byCode }) => ({
    event,
    'exits of L0': rounded(l0Exits),
    "exits of L2 that L1's KVM handles": rounded(l1Exits),
    [stack.l0.vmx ? 'by VMX exit reason' : 'by SVM exit code']: codes(byCode),
  }));
  const l1 = stack.l1 === null ? '' : `; L1: ${used(stack.l1)}`;
  return `L0: ${used(stack.l0)}${l1}\n${columns(lines)}`;
}

export function stackJson({ l0, l1 }: Stack, rows: readonly EventExits[]): string {
  const kept = rows.map(({ event, l0Exits, l1Exits, byCode }) => ({ event, l0Exits, l1Exits, byCode }));
  return JSON.stringify({ schema: 'vmmu/verify-nested@1', l0, l1, rows: kept }, null, 2);
}

function used(features: FeatureSet): string {
  const names = Object.entries(features).flatMap(([name, has]) => (has ? name : []));
  return names.length === 0 ? 'nothing' : names.join(', ');
}

function codes(byCode: EventExits['byCode']): string {
  return Object.entries(byCode)
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([code, count]) => `${code}: ${rounded(count)}`)
    .join(', ');
}

function rounded(count: number): number {
  return Math.round(100 * count) / 100;
}
