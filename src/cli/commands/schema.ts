/** `vmmu schema`: JSON Schemas of the YAML files that a user may write, for the completion and the checks of editors. */
import { lookUp } from '../../config/names.js';
import { Command } from '../command.js';

/** What has a schema, and where such a file is taken. */
export const SCHEMAS = {
  machine: '--machine',
  costs: '--costs',
  config: '--config',
  fleet: 'vmmu plan',
  profile: 'virtual machines of a fleet',
} as const;

const MORE = `
Relations between values, such as entries and ways, are checked by vmmu only.

Example:
  vmmu schema machine > machine.schema.json

and as the first line of my-machine.yaml:
  # yaml-language-server: $schema=./machine.schema.json`;

export function schemaCommand() {
  return new Command('schema')
    .description('JSON Schema of a file that describes a machine, exit prices, a configuration, a fleet or a profile')
    .argument(
      '[file]',
      Object.entries(SCHEMAS)
        .map(([name, option]) => `${name} (for ${option})`)
        .join(', '),
      'machine',
    )
    .addHelpText('after', MORE)
    .action(async (file) => {
      lookUp(SCHEMAS, file, 'schema');
      const { jsonSchema } = await import('../json-schema.js');
      process.stdout.write(`${JSON.stringify(jsonSchema(file as keyof typeof SCHEMAS), null, 1)}\n`);
    });
}
