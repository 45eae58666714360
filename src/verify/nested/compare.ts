/** The exits of each event, modelled and measured, and what holds between exits in every run. */
import { NESTED_EVENTS } from './events.js';
import type { MeasuredMode, Slope } from './measured.js';
import { replayEvent, type EventExits } from './replay.js';

export interface Check {
  readonly mode: string;
  readonly what: string;
  readonly measured: string;
  readonly modelled: string;
  readonly rule: string;
  readonly passed: boolean;
  readonly byCode: EventExits['byCode'];
}

/** Pages whose distance makes L0 give up mappings: what they cost beyond pages side by side is compared. */
const STRIDES: readonly string[] = ['touch-2m', 'touch-1g'];
const BESIDE = 'touch-4k';
const PART = 0.1;
/** SVM exit codes of the instructions around an entry. */
const CODE = { vmrun: '0x80', vmload: '0x82', stgi: '0x84', clgi: '0x85' };
const SLACK = 1e-9;

export function replayMode({ stack, events }: MeasuredMode): EventExits[] {
  return events.map(({ event }) => replayEvent(stack, event));
}

/** @param replayed of each event */
export function compareMode({ mode, stack, events }: MeasuredMode, replayed: readonly EventExits[]): Check[] {
  const rows = events.map((measured, at) => ({ measured, modelled: replayed[at]! }));
  const base = events.find(({ event }) => event === BESIDE)?.l0Exits;
  const checks = rows.flatMap(({ measured: { event, l0Exits, l1Exits }, modelled }): Check[] => {
    const title = NESTED_EVENTS[event].title;
    const surplus = STRIDES.includes(event) && typeof base === 'number' && !isWhole(l0Exits);
    const { rule, passed } = surplus ? strided(l0Exits, modelled.l0Exits, base) : exact(l0Exits, modelled.l0Exits);
    const common = { mode, byCode: modelled.byCode };
    const ofL0 = { ...common, what: title, measured: text(l0Exits), modelled: number(modelled.l0Exits), rule, passed };
    if (l1Exits === null) return [ofL0];
    const equal = l1Exits === modelled.l1Exits;
    const ofL1 = { measured: number(l1Exits), modelled: number(modelled.l1Exits), rule: 'equal', passed: equal };
    return [ofL0, { ...common, what: `${title}: exits of L1's KVM`, ...ofL1, byCode: {} }];
  });
  return stack.l1 === null
    ? checks
    : [
        ...checks,
        ...identities(
          mode,
          rows.map(({ modelled }) => modelled),
        ),
      ];
}

/** Exact in every measured batch. */
function identities(mode: string, rows: readonly EventExits[]): Check[] {
  const of = ({ byCode }: EventExits, code: string): number => byCode[code] ?? 0;
  const laws: readonly [string, (row: EventExits) => boolean][] = [
    ['VMRUN = exits reflected to L1', (row) => of(row, CODE.vmrun) === row.l1Exits],
    ['VMLOAD = 2 x VMRUN', (row) => of(row, CODE.vmload) === 2 * of(row, CODE.vmrun)],
    ['STGI = CLGI = VMRUN', (row) => [CODE.stgi, CODE.clgi].every((code) => of(row, code) === of(row, CODE.vmrun))],
    ['RDMSR of DEBUGCTL = VMRUN', (row) => row.debugctlReads === of(row, CODE.vmrun)],
  ];
  return laws.map(([law, holds]) => {
    const broken = rows.filter((row) => !holds(row)).map(({ event }) => event);
    const modelled = broken.length === 0 ? 'in all' : `not in ${broken.join(', ')}`;
    return { mode, what: law, measured: 'in all', modelled, rule: 'holds', passed: broken.length === 0, byCode: {} };
  });
}

function isWhole(slope: Slope): boolean {
  return typeof slope === 'number' && Number.isInteger(slope);
}

function exact(measured: Slope, modelled: number): { readonly rule: string; readonly passed: boolean } {
  const [least, most] = typeof measured === 'number' ? [measured, measured] : measured;
  const passed = modelled >= least - SLACK && modelled <= most + SLACK;
  return { rule: typeof measured === 'number' ? 'equal' : 'in the range', passed };
}

/** @param base what pages side by side cost */
function strided(measured: Slope, modelled: number, base: number): { readonly rule: string; readonly passed: boolean } {
  const bounds = typeof measured === 'number' ? [measured, measured] : measured;
  const nearest = Math.min(Math.max(modelled, bounds[0]!), bounds[1]!);
  const passed = Math.abs(modelled - nearest) <= PART * (nearest - base) + SLACK;
  return { rule: `surplus over ${number(base)} within 10%`, passed };
}

function text(slope: Slope): string {
  return typeof slope === 'number' ? number(slope) : slope.map(number).join(' to ');
}

function number(value: number): string {
  return String(Math.round(100 * value) / 100);
}
