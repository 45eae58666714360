/** What Xen counted of a guest's workload under its three kinds of paging: each counter by name, of one run or of several. */
import { z } from 'zod';
import { parseYaml } from '../../config/yaml-file.js';
import { validate } from '../../config/validate.js';

const runs = z.array(z.int().nonnegative()).min(1);
const counters = z.record(z.string(), runs);

const measuredSchema = z.looseObject({ what: z.string().optional(), pv: counters, shadow: counters, hap: counters });

export type Measured = z.infer<typeof measuredSchema>;

/** @throws ConfigError that says where in the text what is wrong */
export function parseMeasured(text: string, path: string): Measured {
  const { value, locate } = parseYaml(text, path);
  return validate(measuredSchema, value, locate);
}
