/**
 * System calls and nothing else. With `kpti` the kernel has tables of its own: it loads CR3 on its way in and on its way out (Linux,
 * `Documentation/arch/x86/pti.rst`), with the PCIDs and the no-flush bit that Linux uses where there are PCIDs.
 */
import { eventGenerator } from '../event-generator.js';
import { flag } from '../parameters.js';
import { CALL, CODE } from '../program.js';
import { FIRST_DATA_FRAME, RecordedTables } from '../recorded-tables.js';

/** The user's root is the page behind the kernel's; its PCID is the kernel's with bit 11 set. */
const KERNEL_ROOT = 0x100;
const USER_ROOT = KERNEL_ROOT + 1;
const KERNEL_CR3 = (BigInt(KERNEL_ROOT) << 12n) | 1n;
const USER_CR3 = (BigInt(USER_ROOT) << 12n) | 0x801n;
const KEEP = 1n << 63n;

export const syscall = eventGenerator({
  description: 'system calls, which enter the kernel of the guest and not the VMM (Adams & Agesen 2006: syscall)',
  source: 'full-system',
  parameters: { kpti: flag('kernel page-table isolation: two CR3 writes for each system call') },
  begin(script, { kpti }) {
    const user = new RecordedTables(script, USER_ROOT, USER_ROOT + 1);
    user.map(CODE, FIRST_DATA_FRAME);
    if (kpti === 1) new RecordedTables(script, KERNEL_ROOT, USER_ROOT + 4).map(CODE, FIRST_DATA_FRAME);
    script.event('cr3Write', USER_CR3);
    script.reference('fetch', CODE);
    return () => {
      script.reference('fetch', CODE);
      script.event('systemCall', CALL.getpid);
      if (kpti === 0) return;
      script.event('cr3Write', KERNEL_CR3 | KEEP);
      script.event('cr3Write', USER_CR3 | KEEP);
    };
  },
});
