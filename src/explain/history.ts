/** A short history of a guest, made up from a seed: what its kernel does for a few processes, event by event, in words and as rows of a trace. */
import { MAP_FLAG, PROT, rowsFrom, type EventBatch, type PageDictionary } from '../trace/event.js';
import { scriptCharacteristics } from '../trace/generate-events.js';
import { CALL, CODE, exitTo, fork, MEMORY, READ_WRITE, startProgram, switchTo } from '../trace/generators/program.js';
import { Xorshift128 } from '../trace/generators/random.js';
import { Script } from '../trace/generators/script.js';

export const HISTORY_CHARACTERISTICS = scriptCharacteristics('user');

export interface History {
  readonly pages: PageDictionary;
  readonly events: readonly HistoryEvent[];
}

export interface HistoryEvent {
  readonly text: string;
  readonly rows: EventBatch;
}

/** @param length number of events */
export function history(seed: number, length = 200): History {
  const guest = new MadeUpGuest(seed);
  const told: { readonly text: string; readonly to: number }[] = [{ text: guest.start(), to: guest.script.length }];
  while (told.length < length) told.push({ text: guest.next(), to: guest.script.length });
  const [batch] = guest.script.take(true);
  const events = told.map(({ text, to }, at) => ({
    text,
    rows: rowsFrom(batch!, at === 0 ? 0 : told[at - 1]!.to, to),
  }));
  return { pages: guest.script.pages, events };
}

/** Memory of a process that was mapped at once. */
interface Area {
  readonly page: number;
  readonly pages: number;
  touched: boolean;
  writable: boolean;
  /** With the other side of a fork, until written. */
  shared: boolean;
}

interface Process {
  readonly space: number;
  areas: Area[];
}

const MOST_PROCESSES = 4;
const MOST_AREAS = 6;
const LEAST_PAGES = 4;
const MOST_PAGES = 16;
/** A port of the keyboard controller, as a device that the VMM emulates. */
const PORT = 0x60;

class MadeUpGuest {
  readonly script = new Script();
  private readonly random: Xorshift128;
  private current: Process = { space: 0, areas: [] };
  private processes = [this.current];
  /** Where the next area begins: none is used twice. */
  private free = MEMORY;

  /** What may happen, and how often; null where it cannot just now. */
  private readonly deeds = (
    [
      [2, () => this.map()],
      [3, () => this.touch()],
      [1, () => this.read()],
      [3, () => this.write()],
      [3, () => this.switch()],
      [1, () => this.unmap()],
      [2, () => this.protect()],
      [1, () => this.fork()],
      [1, () => this.exit()],
      [1, () => this.invlpg()],
      [1, () => this.device()],
    ] satisfies [number, () => string | null][]
  ).flatMap(([times, deed]) => new Array<() => string | null>(times).fill(deed));

  constructor(seed: number) {
    this.random = new Xorshift128(seed);
  }

  start(): string {
    startProgram(this.script);
    return 'process 0 starts';
  }

  next(): string {
    for (;;) {
      const text = this.one(this.deeds)();
      if (text !== null) return `process ${this.current.space} ${text}`;
    }
  }

  private map(): string | null {
    const { areas } = this.current;
    if (areas.length === MOST_AREAS) return null;
    const pages = LEAST_PAGES + this.random.below(MOST_PAGES - LEAST_PAGES + 1);
    this.call(CALL.mmap);
    this.script.event('mmap', this.free, pages, READ_WRITE, MAP_FLAG.anonymous);
    areas.push({ page: this.free, pages, touched: false, writable: true, shared: false });
    this.free += pages;
    return `maps ${pages} pages`;
  }

  private touch(): string | null {
    const area = this.areaWhere(({ touched, writable }) => !touched && writable);
    if (area === null) return null;
    this.script.touch('write', area.page, area.pages);
    area.touched = true;
    return `writes ${area.pages} new pages: a first touch of each`;
  }

  private read(): string | null {
    const area = this.areaWhere(({ touched }) => touched);
    if (area === null) return null;
    this.script.touch('read', area.page, area.pages);
    return `reads ${area.pages} pages`;
  }

  private write(): string | null {
    const area = this.areaWhere(({ touched, writable }) => touched && writable);
    if (area === null) return null;
    this.script.touch('write', area.page, area.pages);
    const { shared, pages } = area;
    area.shared = false;
    return shared ? `writes ${pages} pages shared by fork: a copy of each` : `writes ${pages} pages again`;
  }

  private unmap(): string | null {
    const area = this.areaWhere(({ touched }) => touched);
    if (area === null) return null;
    this.call(CALL.munmap);
    this.script.event('munmap', area.page, area.pages);
    this.current.areas = this.current.areas.filter((other) => other !== area);
    return `unmaps ${area.pages} pages`;
  }

  private protect(): string | null {
    const area = this.areaWhere(({ touched }) => touched);
    if (area === null) return null;
    area.writable = !area.writable;
    this.call(CALL.mprotect);
    this.script.event('mprotect', area.page, area.pages, area.writable ? READ_WRITE : PROT.read);
    return `makes ${area.pages} pages ${area.writable ? 'writable again' : 'read-only'} (mprotect)`;
  }

  private fork(): string | null {
    const { current, processes } = this;
    const space = Array.from({ length: MOST_PROCESSES }, (_, at) => at).find((at) =>
      processes.every((other) => other.space !== at),
    );
    if (space === undefined) return null;
    fork(this.script, space);
    for (const area of current.areas) area.shared ||= area.touched;
    processes.push({ space, areas: current.areas.map((area) => ({ ...area })) });
    return `forks process ${space}: its pages become copy-on-write`;
  }

  private switch(): string | null {
    const others = this.processes.filter((process) => process !== this.current);
    if (others.length === 0) return null;
    this.current = this.one(others);
    switchTo(this.script, this.current.space);
    this.script.reference('fetch', CODE);
    return 'runs next: a context switch';
  }

  /** The first process stays. */
  private exit(): string | null {
    const [first, ...children] = this.processes;
    const { space } = this.current;
    if (space === first!.space) return null;
    exitTo(this.script, space, first!.space);
    this.script.reference('fetch', CODE);
    this.processes = [first!, ...children.filter((process) => process !== this.current)];
    this.current = first!;
    return `runs next: process ${space} has exited`;
  }

  private invlpg(): string | null {
    const area = this.areaWhere(({ touched }) => touched);
    if (area === null) return null;
    this.script.event('invlpg', (area.page + this.random.below(area.pages)) * 4096);
    return 'has the kernel remove one translation (INVLPG)';
  }

  private device(): string {
    this.script.event('io', PORT);
    return 'has the kernel read an I/O port';
  }

  /** @param number of a system call, with which the program leaves its code */
  private call(number: number): void {
    this.script.reference('fetch', CODE);
    this.script.event('systemCall', number);
  }

  private areaWhere(fits: (area: Area) => boolean): Area | null {
    const areas = this.current.areas.filter(fits);
    return areas.length === 0 ? null : this.one(areas);
  }

  private one<T>(all: readonly T[]): T {
    return all[this.random.below(all.length)]!;
  }
}
