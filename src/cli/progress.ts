/** Progress of long work on stderr: a bar on a terminal, a line now and then elsewhere, nothing when quiet. */

const WIDTH = 30;
const SECONDS_BETWEEN_LINES = 10;

export interface Progress {
  readonly step: (what: string) => void;
  readonly end: () => void;
}

export function progress(total: number, unit: string, quiet: boolean): Progress {
  if (quiet) return { step: () => undefined, end: () => undefined };
  const { stderr } = process;
  let done = 0;
  let lastLine = Date.now();
  return {
    step(what) {
      done++;
      if (stderr.isTTY) {
        const filled = Math.round((WIDTH * done) / total);
        const bar = '█'.repeat(filled).padEnd(WIDTH, '░');
        stderr.write(`\r\x1b[K${bar} ${done}/${total} ${unit}  ${what}`);
      } else if (Date.now() - lastLine > SECONDS_BETWEEN_LINES * 1000) {
        lastLine = Date.now();
        stderr.write(`${done}/${total} ${unit}\n`);
      }
    },
    end() {
      if (stderr.isTTY) stderr.write('\r\x1b[K');
    },
  };
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
