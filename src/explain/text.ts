/** An explanation as text for a terminal: a line for each step, in columns. */
import { bytesText, endLines } from './end-text.js';
import type { Paint, Style } from './paint.js';
import type { Explanation, Happening, Step, Target, Walk } from './step.js';

/** Writes of a large unmapping fill screens: this many of a row's actions are shown. */
const MOST = 40;

export function explanationText({ title, source, happenings }: Explanation, paint: Paint): string {
  const facts = Object.entries(source)
    .filter(([name, value]) => name !== 'kind' && value !== null && value !== false)
    .map(([name, value]) => `${words(name)} ${String(value)}`);
  return [paint('bold', title), ...wrapped(facts), ...happeningLines(happenings, paint)]
    .map((line) => `${line}\n`)
    .join('');
}

/** Facts joined by commas into lines of the width of a terminal. */
function wrapped(facts: readonly string[]): string[] {
  const lines: string[] = [];
  for (const fact of facts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + fact.length < WIDTH) lines[lines.length - 1] = `${last}, ${fact}`;
    else lines.push(fact);
  }
  return lines;
}

const WIDTH = 118;

/** A text in lines of a width, broken between words. */
function folded(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** `guestPage` → `guest page`. */
function words(name: string): string {
  return name.replace(/[A-Z]+/g, (capitals) => ` ${capitals.toLowerCase()}`).replace(' tlb', ' TLB');
}

function happeningLines(happenings: readonly Happening[], paint: Paint): string[] {
  const walks = happenings.filter(({ event }) => event === 'walk').length;
  let walk = 0;
  const shown = happenings.slice(0, MOST).flatMap((one) => {
    if (one.event === 'walk') return walkLines(one, walks > 1 ? ` ${++walk} of ${walks}` : '', paint);
    return otherLines(one, paint);
  });
  const left = happenings.length - MOST;
  return left > 0 ? [...shown, paint('dim', `  … and ${left} more (all of them: --format json)`)] : shown;
}

function otherLines(one: Happening, paint: Paint): string[] {
  switch (one.event) {
    case 'walk':
    case 'pdpteLoad':
    case 'softwareWalk':
      return walkLines(one, '', paint);
    case 'tlbLookUp': {
      const page = one.pageBytes === null ? '' : `: ${bytesText(one.pageBytes)} entry, sPA ${one.systemPhysical!}`;
      return [`${one.tlb}  ${paint(one.found === 'hit' ? 'green' : 'yellow', one.found)}${page}`];
    }
    case 'exit':
      return [
        `${paint('red', 'VM exit')} ${one.cause}: VMX reason ${one.vmx}; SVM code ${one.svm}`,
        `  ${one.information}`,
        paint('dim', `  ${one.definition}`),
      ];
    case 'note':
      return [one.text];
    case 'action':
      return [one.text, ...happeningLines(one.then, paint).map((line) => (line === '' ? '' : `  ${line}`))];
  }
}

const HEADS = {
  walk: 'walk',
  pdpteLoad: 'load of the PDPTE registers (MOV to CR3)',
  softwareWalk:
    "the VMM walks the guest's tables in software (no references of the hardware; entries as it leaves them)",
} as const;

function walkLines(walk: Walk, number: string, paint: Paint): string[] {
  const { access, event, steps } = walk;
  const what = `${access.user ? 'user' : 'supervisor'} ${access.type} of gVA ${access.linear}`;
  const software = event === 'softwareWalk';
  const ends = software && walk.end.kind === 'translated' ? [] : endLines(walk);
  const width = Math.max(0, ...ends.map(([name]) => name.length));
  return [
    '',
    `${paint('bold', `${HEADS[event]}${number}`)}${event === 'walk' ? `: ${what}` : ''}`,
    ...stepLines(steps, software, paint),
    ...ends.flatMap(([name, text], at) =>
      folded(text, WIDTH - width).map((part, line) => {
        const label = line === 0 ? name : '';
        return `  ${label.padEnd(width)}  ${at === 0 ? paint(styleOf(walk), part) : part}`;
      }),
    ),
  ];
}

function styleOf({ end }: Walk): Style {
  return end.kind === 'translated' || end.kind === 'loaded' ? 'green' : 'red';
}

const COLUMNS = ['#', 'entry', 'for', 'order', 'at sPA', 'index', 'value', 'flags', 'points to', 'from'] as const;
const RIGHT_ALIGNED = [true, false, false, false, false, true, true, false, false, false];

interface Row {
  readonly cells: readonly string[];
  readonly style: Style | null;
}

function stepLines(steps: readonly Step[], software: boolean, paint: Paint): string[] {
  if (steps.length === 0) return [];
  const rows = steps.map((step) => rowOf(step, software));
  const table = [{ cells: COLUMNS, style: 'dim' } as const, ...rows];
  const columns = COLUMNS.map((_, column) => Math.max(...table.map(({ cells }) => cells[column]?.length ?? 0)));
  // A column that says nothing is left out: natively no entry is read for another one.
  const used = columns.map((_, column) => rows.some(({ cells }) => (cells[column] ?? '') !== ''));
  return table.map(({ cells, style }) => {
    const line = cells
      .map((cell, column) => {
        if (!used[column]) return '';
        const text = RIGHT_ALIGNED[column] ? cell.padStart(columns[column]!) : cell.padEnd(columns[column]!);
        return `  ${text}`;
      })
      .join('')
      .trimEnd();
    return style === null ? line : paint(style, line);
  });
}

function rowOf(step: Step, software: boolean): Row {
  const place = [step.label, step.serves ?? '', step.order];
  switch (step.kind) {
    case 'saved':
      return { cells: ['–', ...place, '', '', '', '', '', step.by], style: 'dim' };
    case 'update':
      return {
        cells: ['', ...place, step.address, '', step.value, `sets ${step.sets.join(', ')}`, '', ''],
        style: 'yellow',
      };
    case 'reference': {
      const { number, address, index, value, flags, target, servedBy, dimension } = step;
      const cells = [
        software ? '' : String(number),
        ...place,
        address,
        String(index),
        value,
        flags.join(' '),
        targetText(target),
        software ? '' : servedBy,
      ];
      return { cells, style: dimension === 'nested' ? null : 'cyan' };
    }
  }
}

function targetText(target: Target | null): string {
  if (target === null) return '';
  const { space, address, pageBytes } = target;
  const where = `${space === 'guest-physical' ? 'gPA' : 'sPA'} ${address}`;
  return pageBytes === null ? where : `${where}, ${bytesText(pageBytes)}`;
}
