/** What KVM counted of a guest: the file format of its statistics, by run and phase. */
import { z } from 'zod';
import { parseYaml } from '../../config/yaml-file.js';
import { validate } from '../../config/validate.js';

const count = z.int().nonnegative();
const counts = z.record(z.string(), count);

/** Counters of one run: KVM's statistics by their names in debugfs, exits by SVM exit code, page-fault exits by error code. */
const runSchema = z.looseObject({
  by_svm_exit_code: counts,
  fault_exits_by_error_code: counts.optional(),
  pf_taken: count.optional(),
  pf_fixed: count.optional(),
  pf_guest: count.optional(),
  pf_emulate: count.optional(),
  mmu_unsync_events: count.optional(),
  tlb_flush: count.optional(),
});
const phaseSchema = z.looseObject({ npt: runSchema, shadow: runSchema });

const measuredSchema = z.looseObject({
  what: z.string().optional(),
  npt: runSchema,
  shadow: runSchema,
  repeats: phaseSchema.optional(),
  /** The workload alone, between the markers before and after it. */
  work: phaseSchema.optional(),
  work_repeats: phaseSchema.optional(),
});

export type MeasuredRun = z.infer<typeof runSchema>;
export type MeasuredPhase = z.infer<typeof phaseSchema>;
export type Measured = z.infer<typeof measuredSchema>;

/** @throws ConfigError that says where in the text what is wrong */
export function parseMeasured(text: string, path: string): Measured {
  const { value, locate } = parseYaml(text, path);
  return validate(measuredSchema, value, locate);
}
