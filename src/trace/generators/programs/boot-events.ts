/**
 * Events as of a kernel that boots, each at its rate, at random moments of a stream of references by popularity. The default rates are those
 * of the shipped `boot`: events per million of its 597 million data references, as KVM counted them (traces/measured/boot.kvm.json: I/O 19,167,
 * CPUID 2,414, interrupts 1,854, MSRs 1,713, CR3 18,367, HLT 18) or as the trace has them (page faults 4,154, INVLPG 858).
 */
import { MAP_FLAG } from '../../event.js';
import { pages, type Parameter } from '../parameters.js';
import { Permutation } from '../permutation.js';
import { CALL, CODE, MEMORY, READ_WRITE, startProgram, switchTo, takeMemory } from '../program.js';
import { percent, programGenerator } from '../program-generator.js';
import { zipfRanks } from '../zipf-ranks.js';

const MILLION = 1e6;
/** References of an operation at most, so that rare events do not make long ones. */
const LONGEST = 10_000;
/** Where memory is mapped to be touched once: behind the processes' own. */
const FRESH = 0x8_0000;

const RATES = {
  io: rate('port accesses', 32),
  contextSwitch: rate('switches to the next process', 31),
  fault: rate('pages that are mapped, touched for the first time and unmapped', 7),
  cpuid: rate('CPUID', 4),
  interrupt: rate('interrupts', 3),
  wrmsr: rate('WRMSR', 2),
  invlpg: rate('INVLPG', 1.4),
  rdmsr: rate('RDMSR', 1),
  hlt: rate('HLT', 0.03),
  systemCall: rate('system calls', 0),
} as const;

type Event = keyof typeof RATES;
const EVENTS = Object.keys(RATES) as Event[];

function rate(what: string, usual: number): Parameter {
  return {
    meaning: `${what}, per million references`,
    default: usual,
    least: 0,
    most: MILLION,
    fractional: true,
  };
}

export const bootEvents = programGenerator({
  description: 'events at given rates among references, by default at those of a kernel that boots',
  parameters: {
    processes: { meaning: 'processes that run by turns', default: 8, least: 1, most: 1024 },
    pages: pages('pages of private memory of each process', 1024),
    writes: percent('references that write', 30),
    ...RATES,
  },
  begin(script, values, random) {
    const order = new Permutation(values.pages, random);
    const nextRank = zipfRanks(values.pages, 1, random);
    const total = EVENTS.reduce((sum, event) => sum + values[event], 0);
    for (let process = 0; process < values.processes; process++) {
      if (process > 0) switchTo(script, process);
      startProgram(script);
      takeMemory(script, values.pages);
    }

    function reference(): void {
      script.data(random.next53() < values.writes / 100 ? 'write' : 'read', MEMORY + order.at(nextRank()));
    }

    function happen(event: Event): void {
      if (event === 'contextSwitch') return switchTo(script, (script.space + 1) % values.processes);
      if (event === 'invlpg') return script.event('invlpg', (MEMORY + random.below(values.pages)) * 4096);
      if (event === 'systemCall') return script.event('systemCall', CALL.getpid);
      if (event !== 'fault') return script.event(event);
      script.event('mmap', FRESH, 1, READ_WRITE, MAP_FLAG.anonymous);
      script.data('write', FRESH);
      script.event('munmap', FRESH, 1);
    }

    /** Where in the references the next event stands: no whole number, so that the rates are kept. */
    let due = script.references + gap();
    function gap(): number {
      return (-Math.log(1 - random.next53()) * MILLION) / total;
    }

    return () => {
      script.reference('fetch', CODE);
      for (let i = 0; i < LONGEST && script.references < due; i++) reference();
      if (script.references < due) return;
      happen(drawn(values, random.next53() * total));
      due += gap();
    };
  },
});

/** The event in whose share of the rates a number lies. */
function drawn(rates: Readonly<Record<Event, number>>, at: number): Event {
  let end = 0;
  return EVENTS.find((event) => at < (end += rates[event])) ?? EVENTS[0]!;
}
