/** A fresh process that measures one curve: the task comes as an argument, lines of JSON go out. */
import { readFileSync } from 'node:fs';
import { Chains } from './chains.js';
import { clockGhz } from './chase.js';
import { median } from './knees.js';
import { Measuring } from './measure.js';
import { PAGE_BYTES } from './curve.js';
import { mappingOf } from './smaps.js';
import type { ArmResult, ArmTask } from './arm.js';

/** Pages of 4 MiB. */
const STRETCH = 1024;

const { pages, seconds, onlyHuge } = JSON.parse(process.argv[2]!) as ArmTask;

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function arm(): ArmResult {
  const chains = new Chains(pages, 1);
  const touched = chains.touch(STRETCH);
  const mapped = mappingOf(readFileSync('/proc/self/smaps', 'latin1'), pages * PAGE_BYTES);
  const hugeShare = mapped === null ? null : mapped.hugeKib / mapped.residentKib;
  if (onlyHuge && (hugeShare ?? 0) < 0.95) return { hugeShare, measured: null, clockGhz: 0, residentMib: 0 };
  let told = 0;
  const measured = new Measuring(chains).run(pages, seconds, (done) => {
    if (done < told) return;
    told = done + 0.02;
    say({ done });
  });
  const touchNs = { least: Math.min(...touched), median: median(touched) };
  const residentMib = Math.ceil(process.resourceUsage().maxRSS / 1024);
  return { hugeShare, measured: { ...measured, touchNs }, clockGhz: clockGhz(200), residentMib };
}

say({ result: arm() });
