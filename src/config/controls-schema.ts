/** What exits beside what must, as a VMM may choose it. */
import { z } from 'zod';
import { object } from './shapes.js';

function listed(what: string, most: number) {
  return z.union([z.boolean(), z.array(z.number().int().min(0).max(most))], {
    error: `expected true, false or a list of ${what}, such as [0, ${most}]`,
  });
}

export const controlsSchema = object({
  cr3Load: z.boolean().nullable().default(null).describe('MOV to CR3'),
  cr3Store: z.boolean().nullable().default(null).describe('MOV from CR3'),
  invlpg: z.boolean().nullable().default(null).describe('INVLPG'),
  hlt: z.boolean().default(true).describe('HLT'),
  io: listed('ports', 0xffff).default(true).describe('Ports that exit: all, none, or those of a list'),
  msr: listed('MSRs', 0xffff_ffff)
    .default(true)
    .describe('MSRs that exit, in the same way. One that the bitmaps have no bit for exits wherever there are bitmaps'),
  exceptions: z
    .array(z.number().int().min(0).max(31))
    .default([])
    .describe('Vectors of exceptions, besides page faults'),
  sensitive: z
    .enum(['none', 'descriptor-tables', 'all'])
    .default('none')
    .describe('The 18 sensitive instructions, as far as the hardware can make them exit'),
  tprShadow: z
    .boolean()
    .default(true)
    .describe('The task priority through the TPR shadow (VT-x) or V_TPR (AMD-V), where the processor has it'),
  apicAccessPage: z.boolean().default(true).describe('The APIC-access page (FlexPriority), where the processor has it'),
  tag: z.number().int().min(0).max(65_535).default(1).describe('VPID or ASID of the guest'),
}).describe(
  'What exits beside what must: the controls of a VMCS or VMCB that a VMM may choose. null: as its kind of paging needs',
);
