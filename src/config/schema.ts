/** What can be configured: types, defaults, units and the messages for bad values. Every value is plain JSON. */
import { z } from 'zod';
import { EXIT_CAUSES } from '../vmm/exits.js';
import { agileSchema, intervalRefs, selectiveSchema } from './adaptive-schema.js';
import { cycles, machineSchema } from './machine-schema.js';
import { memoryMib, misfits } from './misfits.js';
import { object } from './shapes.js';

/** Prices of VMM work, in cycles. Prices of table references are the machine's cache latencies. */
export const costsSchema = object({
  name: z.string().min(1),
  source: z.string(),
  /** Hardware round trip guest → VMM → guest. */
  exitHardwareCycles: cycles,
  /** Software in the VMM around and for one exit whose cause has no price of its own. */
  exitSoftwareCycles: cycles,
  /** Causes that have one: hardware and software of one exit. */
  exitCyclesByCause: z.partialRecord(z.enum(EXIT_CAUSES), cycles).optional(),
  /** A hypercall or trap of a deprivileged guest, in all; left out: as much as the software of an exit. */
  entryCycles: cycles.optional(),
});

/** The guest and its memory. */
export const guestSchema = object({
  /** Format of the guest's tables; `none`: paging is off, and addresses are guest-physical. */
  mode: z.enum(['none', '32bit', 'pae', '4level', '5level']).default('4level'),
  /**
   * `4k`; `2m`, `4m` (32-bit tables) or `1g` wherever that much, aligned, lies in one mapping; `thp`: large pages (2 MiB or 4 MiB) for private
   * anonymous memory only.
   */
  pages: z.enum(['4k', '2m', '4m', 'thp', '1g']).default('4k'),
  frames: z.enum(['sequential', 'scattered']).default('sequential'),
  /** Frames of private pages that are kept together, for an aligned group of so many pages (PTEMagnet: 8); 1: none are. Full-system traces bring their frames. */
  reservedPages: z.literal([1, 2, 4, 8, 16, 32, 64]).default(1),
  /** null: 16 GiB, or 2 GiB where the guest's or the host's tables have no room for more. */
  memoryMib: z.number().int().min(16).max(1_048_576).nullable().default(null),
  /** Pages mapped around a read fault in a file mapping; Linux's `fault_around_bytes` is 64 KiB. */
  faultAroundPages: z.literal([1, 2, 4, 8, 16, 32, 64]).default(16),
  /** Linux on x86 makes entries with the accessed bit set, and with the dirty bit for a write; false leaves both to the walker. */
  presetAccessedDirty: z.boolean().default(true),
  /** `windows`: each entry to the kernel raises and lowers the task priority, by MOV to CR8 or in 32-bit modes by the APIC's page. */
  os: z.enum(['linux', 'windows']).default('linux'),
  /** The guest's kernel keeps the translations of six address spaces apart with PCIDs, as Linux does where there are any. */
  pcid: z.boolean().default(false),
  /**
   * Page-table isolation (Linux `Documentation/arch/x86/pti.rst`): the kernel has a root of its own, and loads CR3 on its way in and out. With
   * `pcid` each root has one, and the loads keep translations unless a flush is owed.
   */
  pageTableIsolation: z.boolean().default(false),
  /** Processors: thread n of a trace runs on processor n modulo so many. */
  vcpus: z.number().int().min(1).max(64).default(1),
});

export const hostSchema = object({
  /** Format of nested tables; EPT has its own, of 4 levels. Shadow tables have the guest's format. */
  mode: z.enum(['32bit', 'pae', '4level', '5level']).default('4level'),
  pages: z.enum(['4k', '2m', '4m', '1g']).default('4k'),
  frames: z.enum(['sequential', 'scattered']).default('sequential'),
});

function listed(what: string, most: number) {
  return z.union([z.boolean(), z.array(z.number().int().min(0).max(most))], {
    error: `expected true, false or a list of ${what}, such as [0, ${most}]`,
  });
}

/** What exits beside what must: the controls of a VMCS or VMCB that a VMM may choose. null: as its kind of paging needs. */
const controlsSchema = object({
  /** MOV to CR3, MOV from CR3, INVLPG. */
  cr3Load: z.boolean().nullable().default(null),
  cr3Store: z.boolean().nullable().default(null),
  invlpg: z.boolean().nullable().default(null),
  hlt: z.boolean().default(true),
  /** Ports and MSRs that exit: all, none, or those of a list. An MSR that the bitmaps have no bit for exits wherever there are bitmaps. */
  io: listed('ports', 0xffff).default(true),
  msr: listed('MSRs', 0xffff_ffff).default(true),
  /** Vectors of exceptions, besides page faults. */
  exceptions: z.array(z.number().int().min(0).max(31)).default([]),
  /** The 18 sensitive instructions, as far as the hardware can make them exit. */
  sensitive: z.enum(['none', 'descriptor-tables', 'all']).default('none'),
  /** The task priority through the TPR shadow (VT-x) or V_TPR (AMD-V), where the processor has it. */
  tprShadow: z.boolean().default(true),
  /** The APIC-access page (FlexPriority), where the processor has it. */
  apicAccessPage: z.boolean().default(true),
  /** VPID or ASID of the guest. */
  tag: z.number().int().min(0).max(65_535).default(1),
});

/** What a VMM with shadow tables decides for itself; the defaults are KVM's: Linux 5.15 to 6.6, `arch/x86/kvm/mmu`. */
export const vmmSchema = object({
  /** Leaf tables that the guest writes go out of sync; otherwise each write to a shadowed table exits. */
  unsync: z.boolean().default(true),
  /** Entries of the aligned group that is filled with a leaf that faulted (`PTE_PREFETCH_NUM`); 1: that leaf alone. */
  prefetch: z.literal([1, 2, 4, 8, 16, 32, 64]).default(8),
  /** Emulated writes after which a table that no walk has used since is given up; 0: never. */
  floodLimit: z.number().int().min(0).max(512).default(3),
  /** What a write of CR3 brings back in sync: the tables that the new root reaches, or those of all roots that are kept. */
  syncScope: z.enum(['root', 'all']).default('root'),
  /** Roots that are kept, the present one among them. */
  cachedRoots: z.number().int().min(1).max(64).default(4),
  /** Leaf tables that may be out of sync at once, in a hash by frame (Xen's `SHADOW_OOS_PAGES`: 3); 0: any number. */
  outOfSync: z.number().int().min(0).max(64).default(0),
  /** A table out of sync is compared with what it was (Xen): entries that changed follow, new ones too, as after an emulated write. */
  snapshots: z.boolean().default(false),
  /** INVLPG makes the entry of a table that is out of sync anew; otherwise it only drops it. */
  invlpgRefills: z.boolean().default(true),
  /** Prefetch begins at the leaf that faulted, passes over absent entries, and ends where a shadow is; otherwise in the aligned group. */
  prefetchAhead: z.boolean().default(false),
  /** A table is given up when the VMM writes two zeros to it in a row (Xen), instead of by `floodLimit`. */
  giveUpAtZeros: z.boolean().default(false),
  /** Page faults exit only where the error code says that the page is present: what the guest's own tables lack goes to it without the VMM. */
  pfecFilter: z.boolean().default(false),
  /** Kept roots that the guest loads without an exit, as CR3-target values, while all tables below them are in sync. */
  cr3Targets: z.number().int().min(0).max(4).default(0),
  /** MOV to CR3 with bit 63 leaves the translations of the PCID under shadow tables too (Linux 4.19 on: `kvm_set_cr3`); otherwise each one empties. */
  keepsPcids: z.boolean().default(false),
  /** Each virtual processor has a processor of its own, or all have one by turns. */
  vcpus: z.enum(['own', 'by-turns']).default('own'),
  /** A guest's shootdown leaves virtual processors alone that do not run: the VMM empties them at their next entry (`KVM_FEATURE_PV_TLB_FLUSH`). */
  pvTlbFlush: z.boolean().default(false),
  /** Who sets the dirty bit of a guest's entry at the first write through a clean one: the VMM, at an exit, or hardware that walks the guest's tables. */
  dirtyBits: z.enum(['exit', 'hardware']).default('exit'),
  /** The two 4-byte stores with which a PAE guest writes an entry are carried out in one exit (Agesen et al., USENIX ATC 2012). */
  pairWrites: z.boolean().default(false),
  /** Shadow tables that nothing points to stay, to be found again. */
  keepsUnlinked: z.boolean().default(true),
  /** Shadow tables for each thousand guest frames (`KVM_PERMILLE_MMU_PAGES`); beyond that the oldest make room. */
  tablesPerThousand: z.number().int().min(1).max(1000).default(20),
  /**
   * How a guest is emptied on a processor without FlushByAsid: by a new ASID (Linux `arch/x86/kvm/svm/svm.c`, Xen `arch/x86/hvm/asid.c`), or
   * with TLB_CONTROL 1, which empties every guest's (AMD APM vol. 2, 15.16), as where a machine has one ASID for life.
   */
  guestFlush: z.enum(['new-asid', 'all-asids']).default('new-asid'),
  intervalRefs,
  agile: agileSchema.prefault({}),
  selective: selectiveSchema.prefault({}),
  controls: controlsSchema.prefault({}),
  /**
   * How the guest's kernel is run: by the hardware, or without it, as before there was VT-x: in an outer ring with traps alone, or rewritten.
   * Decides what becomes of the 18 sensitive instructions.
   */
  technique: z.enum(['hardware', 'trap-and-emulate', 'binary-translation', 'paravirtual']).default('hardware'),
});

const parts = object({
  machine: machineSchema,
  costs: costsSchema,
  guest: guestSchema.prefault({}),
  host: hostSchema.prefault({}),
  vmm: vmmSchema.prefault({}),
  seed: z.number().int().min(0).max(4_294_967_295).default(1),
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
