/**
 * A build, as make runs it: for each file make forks a driver, which forks and waits for a compiler and an assembler; after some files make
 * runs a linker over what came out. Each program is executed anew, maps its binary and its input as files, and grows a heap.
 */
import { MAP_FLAG, PROT } from '../../event.js';
import { CALL, CODE, exitTo, fork, MEMORY, READ_WRITE, startProgram, switchTo, takeMemory } from '../program.js';
import { programGenerator } from '../program-generator.js';
import { zipfRanks } from '../zipf-ranks.js';

const [MAKE, DRIVER, TOOL] = [0, 1, 2];
const MAKES_MEMORY = 64;
/** First page of the input files: behind the largest binary, and as many pages as the largest input before the heap. */
const INPUT = 0x2_0000;
/** Pages by which a heap grows. */
const STEP = 32;
/** Fetches from the binary, and reads of the heap, for each page that is new. */
const WORK = 16;

export const build = programGenerator({
  description: 'a process tree as of a build: make, drivers, compilers, assemblers, a linker; an operation is a file',
  parameters: {
    binary: { meaning: "pages of a tool's binary", default: 512, least: 1, most: 2 ** 16 },
    source: { meaning: 'pages of a source file with its headers', default: 64, least: 1, most: 2 ** 12 },
    heap: {
      meaning: 'pages of the heap of a compiler; the others have an eighth',
      default: 512,
      least: 8,
      most: 2 ** 16,
    },
    objects: { meaning: 'files that are linked together', default: 16, least: 1, most: 16 },
  },
  begin(script, values, random) {
    const codePage = zipfRanks(values.binary, 1, random);

    /** The child that runs becomes a tool, works and exits. */
    function tool(space: number, parent: number, input: number, heap: number): void {
      execute();
      script.event('mmap', CODE, values.binary, PROT.read | PROT.execute, 0);
      script.event('mmap', INPUT, input, PROT.read, 0);
      for (let page = 0; page < heap; page++) {
        if (page % STEP === 0) {
          script.event('systemCall', CALL.mmap);
          script.event('mmap', MEMORY + page, Math.min(STEP, heap - page), READ_WRITE, MAP_FLAG.anonymous);
        }
        script.data('write', MEMORY + page);
        for (let i = 0; i < WORK; i++) {
          script.reference('fetch', CODE + codePage());
          script.data('read', MEMORY + random.below(page + 1));
        }
        script.data('read', INPUT + Math.floor((page * input) / heap));
      }
      script.event('systemCall', CALL.write);
      finish(space, parent);
    }

    function execute(): void {
      script.event('systemCall', CALL.execve);
      script.event('exec');
    }

    function run(space: number, work: () => void): void {
      fork(script, space);
      script.event('systemCall', CALL.wait4);
      switchTo(script, space);
      script.reference('fetch', CODE);
      work();
    }

    function finish(space: number, parent: number): void {
      exitTo(script, space, parent);
      script.reference('fetch', CODE);
    }

    startProgram(script);
    takeMemory(script, MAKES_MEMORY);
    const small = values.heap >> 3;
    return (file) => {
      run(DRIVER, () => {
        execute();
        startProgram(script);
        takeMemory(script, 1);
        run(TOOL, () => tool(TOOL, DRIVER, values.source, values.heap));
        run(TOOL, () => tool(TOOL, DRIVER, small, small));
        finish(DRIVER, MAKE);
      });
      if ((file + 1) % values.objects === 0) run(DRIVER, () => tool(DRIVER, MAKE, values.objects * small, small));
    };
  },
});
