/** The shapes of files as JSON Schemas. Draft 7 is what the editors' YAML support knows best. */
import { z } from 'zod';
import { machineSchema } from '../config/machine-schema.js';
import { costsSchema, guestSchema, hostSchema, seedSchema, vmmSchema } from '../config/schema.js';
import { fleetSchema } from '../plan/fleet.js';
import { profileSchema } from '../plan/profile.js';

/** A machine or prices may be a name, or the path of another file. */
const configSchema = z
  .strictObject({
    machine: z.union([z.string(), machineSchema]),
    costs: z.union([z.string(), costsSchema]),
    guest: guestSchema,
    host: hostSchema,
    vmm: vmmSchema,
    seed: seedSchema,
  })
  .partial();

const SCHEMAS = {
  machine: machineSchema,
  costs: costsSchema,
  config: configSchema,
  fleet: fleetSchema,
  profile: profileSchema,
};

export function jsonSchema(file: keyof typeof SCHEMAS): object {
  return { title: `vmmu ${file}`, ...z.toJSONSchema(SCHEMAS[file], { io: 'input', target: 'draft-7' }) };
}
