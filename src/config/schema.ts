/** What can be configured: types, defaults, units and the messages for bad values. Every value is plain JSON. */
import { z } from 'zod';
import { EXIT_CAUSES } from '../vmm/exits.js';
import { agileSchema, intervalRefs, selectiveSchema } from './adaptive-schema.js';
import { controlsSchema } from './controls-schema.js';
import { cycles, machineSchema } from './machine-schema.js';
import { memoryMib, misfits } from './misfits.js';
import { object } from './shapes.js';

export const costsSchema = object({
  name: z.string().min(1).describe('How rows of results name them'),
  source: z.string().describe('Where each number comes from'),
  exitHardwareCycles: cycles.describe('Hardware round trip guest → VMM → guest'),
  exitSoftwareCycles: cycles.describe(
    'Software in the VMM around and for one exit whose cause has no price of its own',
  ),
  exitCyclesByCause: z
    .partialRecord(z.enum(EXIT_CAUSES), cycles)
    .optional()
    .describe('Causes that have one: hardware and software of one exit'),
  entryCycles: cycles
    .optional()
    .describe('A hypercall or trap of a deprivileged guest, in all; left out: as much as the software of an exit'),
}).describe("Prices of the VMM's work, in cycles. Prices of table references are the machine's cache latencies");

export const guestSchema = object({
  mode: z
    .enum(['none', '32bit', 'pae', '4level', '5level'])
    .default('4level')
    .describe("Format of the guest's tables; `none`: paging is off, and addresses are guest-physical"),
  pages: z
    .enum(['4k', '2m', '4m', 'thp', '1g'])
    .default('4k')
    .describe(
      '`4k`; `2m`, `4m` (32-bit tables) or `1g` wherever that much, aligned, lies in one mapping; `thp`: large pages (2 MiB or 4 MiB) for private anonymous memory only',
    ),
  frames: z
    .enum(['sequential', 'scattered'])
    .default('sequential')
    .describe("Where the guest's kernel puts the next page: in the frame behind the last one, or anywhere by the seed"),
  reservedPages: z
    .literal([1, 2, 4, 8, 16, 32, 64])
    .default(1)
    .describe(
      'Frames of private pages that are kept together, for an aligned group of so many pages (PTEMagnet: 8); 1: none are. Full-system traces bring their frames',
    ),
  memoryMib: z
    .number()
    .int()
    .min(16)
    .max(1_048_576)
    .nullable()
    .default(null)
    .describe("null: 16 GiB, or 2 GiB where the guest's or the host's tables have no room for more"),
  faultAroundPages: z
    .literal([1, 2, 4, 8, 16, 32, 64])
    .default(16)
    .describe("Pages mapped around a read fault in a file mapping; Linux's `fault_around_bytes` is 64 KiB"),
  presetAccessedDirty: z
    .boolean()
    .default(true)
    .describe(
      'Linux on x86 makes entries with the accessed bit set, and with the dirty bit for a write; false leaves both to the walker',
    ),
  os: z
    .enum(['linux', 'windows'])
    .default('linux')
    .describe(
      "`windows`: each entry to the kernel raises and lowers the task priority, by MOV to CR8 or in 32-bit modes by the APIC's page",
    ),
  pcid: z
    .boolean()
    .default(false)
    .describe(
      "The guest's kernel keeps the translations of six address spaces apart with PCIDs, as Linux does where there are any",
    ),
  pageTableIsolation: z
    .boolean()
    .default(false)
    .describe(
      'Page-table isolation (Linux `Documentation/arch/x86/pti.rst`): the kernel has a root of its own, and loads CR3 on its way in and out. With `pcid` each root has one, and the loads keep translations unless a flush is owed',
    ),
  vcpus: z
    .number()
    .int()
    .min(1)
    .max(64)
    .default(1)
    .describe('Processors: thread n of a trace runs on processor n modulo so many'),
}).describe('The guest and its memory');

export const hostSchema = object({
  mode: z
    .enum(['32bit', 'pae', '4level', '5level'])
    .default('4level')
    .describe("Format of nested tables; EPT has its own, of 4 levels. Shadow tables have the guest's format"),
  pages: z.enum(['4k', '2m', '4m', '1g']).default('4k').describe('Pages that back the guest; `4m` with 32-bit tables'),
  frames: z
    .enum(['sequential', 'scattered'])
    .default('sequential')
    .describe("Where the guest's frames are in the machine's memory: in their order, or anywhere by the seed"),
}).describe("What backs the guest's memory");

export const vmmSchema = object({
  unsync: z
    .boolean()
    .default(true)
    .describe('Leaf tables that the guest writes go out of sync; otherwise each write to a shadowed table exits'),
  prefetch: z
    .literal([1, 2, 4, 8, 16, 32, 64])
    .default(8)
    .describe(
      'Entries of the aligned group through which a leaf that faulted brings its neighbours, up to the first that is absent or not accessed (`PTE_PREFETCH_NUM`); 1: that leaf alone',
    ),
  floodLimit: z
    .number()
    .int()
    .min(0)
    .max(512)
    .default(3)
    .describe('Emulated writes after which a table that no walk has used since is given up; 0: never'),
  syncScope: z
    .enum(['root', 'all'])
    .default('root')
    .describe(
      'What a write of CR3 brings back in sync: the tables that the new root reaches, or those of all roots that are kept',
    ),
  cachedRoots: z.number().int().min(1).max(64).default(4).describe('Roots that are kept, the present one among them'),
  outOfSync: z
    .number()
    .int()
    .min(0)
    .max(64)
    .default(0)
    .describe(
      "Leaf tables that may be out of sync at once, in a hash by frame (Xen's `SHADOW_OOS_PAGES`: 3); 0: any number",
    ),
  snapshots: z
    .boolean()
    .default(false)
    .describe(
      'A table out of sync is compared with what it was (Xen): entries that changed follow, new ones too, as after an emulated write',
    ),
  invlpgRefills: z
    .boolean()
    .default(true)
    .describe('INVLPG makes the entry of a table that is out of sync anew; otherwise it only drops it'),
  prefetchAhead: z
    .boolean()
    .default(false)
    .describe(
      'Prefetch begins at the leaf that faulted, passes over absent entries, and ends where a shadow is; otherwise in the aligned group',
    ),
  giveUpAtZeros: z
    .boolean()
    .default(false)
    .describe('A table is given up when the VMM writes two zeros to it in a row (Xen), instead of by `floodLimit`'),
  pfecFilter: z
    .boolean()
    .default(false)
    .describe(
      "Page faults exit only where the error code says that the page is present: what the guest's own tables lack goes to it without the VMM",
    ),
  cr3Targets: z
    .number()
    .int()
    .min(0)
    .max(4)
    .default(0)
    .describe(
      'Kept roots that the guest loads without an exit, as CR3-target values, while all tables below them are in sync',
    ),
  keepsPcids: z
    .boolean()
    .default(false)
    .describe(
      'MOV to CR3 with bit 63 leaves the translations of the PCID under shadow tables too (Linux 4.19 on: `kvm_set_cr3`); otherwise each one empties',
    ),
  vcpus: z
    .enum(['own', 'by-turns'])
    .default('own')
    .describe('Each virtual processor has a processor of its own, or all have one by turns'),
  pvTlbFlush: z
    .boolean()
    .default(false)
    .describe(
      "A guest's shootdown leaves virtual processors alone that do not run: the VMM empties them at their next entry (`KVM_FEATURE_PV_TLB_FLUSH`)",
    ),
  dirtyBits: z
    .enum(['exit', 'hardware'])
    .default('exit')
    .describe(
      "Who sets the dirty bit of a guest's entry at the first write through a clean one: the VMM, at an exit, or hardware that walks the guest's tables",
    ),
  pairWrites: z
    .boolean()
    .default(false)
    .describe(
      'The two 4-byte stores with which a PAE guest writes an entry are carried out in one exit (Agesen et al., USENIX ATC 2012)',
    ),
  keepsUnlinked: z.boolean().default(true).describe('Shadow tables that nothing points to stay, to be found again'),
  tablesPerThousand: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(20)
    .describe(
      'Shadow tables for each thousand guest frames (`KVM_PERMILLE_MMU_PAGES`); beyond that the oldest make room',
    ),
  guestFlush: z
    .enum(['new-asid', 'all-asids'])
    .default('new-asid')
    .describe(
      "How a guest is emptied on a processor without FlushByAsid: by a new ASID (Linux `arch/x86/kvm/svm/svm.c`, Xen `arch/x86/hvm/asid.c`), or with TLB_CONTROL 1, which empties every guest's (AMD APM vol. 2, 15.16), as where a machine has one ASID for life",
    ),
  intervalRefs,
  agile: agileSchema.prefault({}),
  selective: selectiveSchema.prefault({}),
  controls: controlsSchema.prefault({}),
  technique: z
    .enum(['hardware', 'trap-and-emulate', 'binary-translation', 'paravirtual'])
    .default('hardware')
    .describe(
      "How the guest's kernel is run: by the hardware, or without it, as before there was VT-x: in an outer ring with traps alone, or rewritten. Decides what becomes of the 18 sensitive instructions",
    ),
}).describe(
  "What a VMM with shadow tables decides for itself; the defaults are KVM's: Linux 5.15 to 6.6, `arch/x86/kvm/mmu`",
);

const parts = object({
  machine: machineSchema,
  costs: costsSchema,
  guest: guestSchema.prefault({}),
  host: hostSchema.prefault({}),
  vmm: vmmSchema.prefault({}),
  seed: z
    .number()
    .int()
    .min(0)
    .max(4_294_967_295)
    .default(1)
    .describe('Of scattered frames, random replacement and samples'),
});

export const seedSchema = parts.shape.seed;

/** A whole configuration, whose parts fit each other. */
export const runSchema = parts
  .superRefine((config, context) => {
    for (const { path, message } of misfits(config)) context.addIssue({ code: 'custom', path: [...path], message });
  })
  .transform((config) => ({ ...config, guest: { ...config.guest, memoryMib: memoryMib(config) } }));

/** Prices of VM exits in cycles: one for all in hardware and software, others by cause. `vmmu schema costs` prints its shape. */
export type Costs = z.infer<typeof costsSchema>;
/** How a VMM with shadow tables goes about it. */
export type ShadowPolicy = z.infer<typeof vmmSchema>;
export type Technique = ShadowPolicy['technique'];
export type HostConfig = z.infer<typeof hostSchema>;
/** All that a replay depends on besides trace and strategy: machine, costs, guest, host, vmm, seed. `vmmu schema config` prints its shape. */
export type RunConfig = z.infer<typeof runSchema>;
export type GuestConfig = RunConfig['guest'];
