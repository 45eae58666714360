/** Calls of a subroutine and returns from it: control flow, which binary translation makes dear and hardware leaves alone. */
import { MAP_FLAG, PROT } from '../../event.js';
import { eventGenerator } from '../event-generator.js';
import { CODE, READ_WRITE } from '../program.js';

const CALLEE = CODE + 1;
const STACK = 0xb_ffff;

export const callret = eventGenerator({
  description: 'calls and returns (Adams & Agesen 2006: call/ret)',
  source: 'user',
  begin(script) {
    script.event('initialMapping', CODE, 2, PROT.read | PROT.execute, 0);
    script.event('initialMapping', STACK, 1, READ_WRITE, MAP_FLAG.anonymous | MAP_FLAG.stack);
    script.reference('write', STACK);
    return () => {
      script.reference('fetch', CODE);
      script.reference('write', STACK);
      script.reference('fetch', CALLEE);
      script.reference('read', STACK);
    };
  },
});
