/** Progress of long work on stderr: a bar on a terminal, a line now and then elsewhere, nothing when quiet. */

const WIDTH = 30;
const SECONDS_BETWEEN_LINES = 10;

export interface Progress {
  /** @param pace how fast it goes @param steps that are done at once */
  readonly step: (what: string, pace?: string, steps?: number) => void;
  readonly end: () => void;
}

export function progress(total: number, unit: string, quiet: boolean): Progress {
  if (quiet) return { step: () => undefined, end: () => undefined };
  const { stderr } = process;
  let done = 0;
  let lastLine = Date.now();
  return {
    step(what, pace = '', steps = 1) {
      done += steps;
      if (stderr.isTTY) {
        const filled = Math.round((WIDTH * done) / total);
        const bar = '█'.repeat(filled).padEnd(WIDTH, '░');
        stderr.write(`\r\x1b[K${bar} ${done}/${total} ${unit}  ${pace}${what}`);
      } else if (Date.now() - lastLine > SECONDS_BETWEEN_LINES * 1000) {
        lastLine = Date.now();
        stderr.write(`${done}/${total} ${unit}  ${pace}`.trimEnd() + '\n');
      }
    },
    end() {
      if (stderr.isTTY) stderr.write('\r\x1b[K');
    },
  };
}

/** The same of work that tells how many steps it has when it does the first. */
export function lateProgress(
  unit: string,
  quiet: boolean,
): { readonly step: (what: string, of: number) => void; readonly end: () => void } {
  let shown: Progress | null = null;
  return {
    step(what, of) {
      shown ??= progress(of, unit, quiet);
      shown.step(what);
    },
    end: () => shown?.end(),
  };
}

/** How many steps a second, and how long the rest takes if it goes on as so far. @param total estimated cost of all steps, in any unit */
export function pace(total: number): (cost: number, steps?: number) => string {
  const began = Date.now();
  let steps = 0;
  let spent = 0;
  return (cost, more = 1) => {
    steps += more;
    spent += cost;
    const seconds = (Date.now() - began) / 1000;
    const left = spent === 0 ? 0 : (seconds * (total - spent)) / spent;
    return `${(steps / seconds).toPrecision(2)} a second, ${durationText(left)} left  `;
  };
}

export function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/** The same of work whose end is not known: how much is done. */
export function openEndedProgress(unit: string, quiet: boolean): { add(more: number): void; end(): void } {
  const { stderr } = process;
  let done = 0;
  let last = Date.now();
  const milliseconds = stderr.isTTY ? 200 : SECONDS_BETWEEN_LINES * 1000;
  return {
    add(more) {
      done += more;
      if (quiet || Date.now() - last < milliseconds) return;
      last = Date.now();
      const text = `${done.toLocaleString('en-US')} ${unit}`;
      stderr.write(stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
    },
    end() {
      if (stderr.isTTY && !quiet) stderr.write('\r\x1b[K');
    },
  };
}
