// Every path of a configuration, from the JSON Schema that `vmmu schema config` prints.
import { jsonSchema } from '../../dist/cli/json-schema.js';
import { code, codes, page, table, text } from './markdown.mjs';

export function configuration() {
  const { properties, definitions } = jsonSchema('config');
  const { machine, costs, ...others } = properties;
  const parts = { machine: described(machine), costs: described(costs), ...others };
  return page(
    '# Configuration',
    'Paths for `--set path=value` and keys of the YAML files for `--config`, `--machine` and `--costs`. `vmmu schema config` prints the same as a JSON Schema. A key without a default is needed.',
    'In a file for `--config` a machine or prices may also be a name, or the path of another file. Of a machine or prices in a file of their own, paths begin behind `machine.` or `costs.`.',
    Object.entries(parts).flatMap(([key, part]) => section(key, part, 2)),
    '## Shapes',
    'What several paths hold.',
    Object.entries(definitions).flatMap(([name, shape]) => [`### ${name}`, `${shape.description}.`, rowsOf('', shape)]),
  );
}

/** The description among a name, a path and itself. */
const described = ({ anyOf }) => anyOf.find(({ type }) => type === 'object');

/** The table of an object, then its objects; of one among several, each that is not told in a line. */
function section(path, schema, depth) {
  const heading = `${'#'.repeat(depth)} ${path}`;
  if (!isObject(schema)) return [heading, table([row(path, schema, true)])];
  const inner = Object.entries(schema.properties).flatMap(([key, value]) => objectsIn(`${path}.${key}`, value, 3));
  const rows = rowsOf(`${path.split(' ')[0]}.`, schema);
  return [
    heading,
    ...(schema.description === undefined ? [] : [`${text(schema.description)}.`]),
    ...(rows === '' ? [] : [rows]),
    ...inner,
  ];
}

function objectsIn(path, schema, depth) {
  if (isObject(schema)) return section(path, schema, depth);
  return optionsOf(schema)
    .filter((option) => isObject(option) && !isShort(option))
    .flatMap((option) =>
      section(`${path}${variant(option)}`, { ...option, description: option.description ?? schema.description }, depth),
    );
}

/** By the words of the key that tells the variants apart. */
const variant = ({ properties: { organisation } }) =>
  organisation === undefined ? '' : ` (${organisation.enum.join(', ')})`;

function rowsOf(prefix, { properties, required = [] }) {
  const rows = Object.entries(properties)
    .filter(([, value]) => !isObject(value))
    .map(([key, value]) => row(`${prefix}${key}`, value, required.includes(key)));
  return rows.length === 0 ? '' : table(rows);
}

const row = (path, schema, required) => ({
  path: code(path),
  allowed: allowed(schema),
  default: schema.default !== undefined ? code(JSON.stringify(schema.default)) : required ? 'needed' : 'none',
  meaning: text(schema.description ?? ''),
});

const isObject = ({ type, properties }) => type === 'object' && properties !== undefined;

/** An object whose members are all shapes. */
const isShort = ({ properties }) => Object.values(properties).every((member) => refOf(member) !== undefined);

const refOf = ({ $ref, allOf }) => ($ref ?? allOf?.[0].$ref)?.split('/').at(-1);

/** What a value is one of; one that is itself one of several counts as these. */
const optionsOf = ({ anyOf, oneOf }) =>
  (anyOf ?? oneOf ?? []).flatMap((option) =>
    (option.anyOf ?? option.oneOf) === undefined ? [option] : optionsOf(option),
  );

function allowed(schema) {
  const { type, enum: names, minimum, maximum, items } = schema;
  const shape = refOf(schema);
  const options = optionsOf(schema);
  if (options.length > 0) return [...new Set(options.map(allowed))].join(', or ');
  if (shape !== undefined) return `[${shape}](#${shape.toLowerCase()})`;
  if (names !== undefined) return codes(names);
  if (Array.isArray(type)) return type.map((each) => allowed({ ...schema, type: each })).join(', or ');
  if (type === 'boolean') return codes([true, false]);
  if (type === 'null') return code('null');
  if (type === 'array') return `a list: ${allowed(items)}`;
  if (type === 'object') return schema.properties === undefined ? byKey(schema) : objectText(schema);
  if (type === 'string') return 'text';
  return `${type === 'integer' ? 'a whole number' : 'a number'}${bounds(minimum, maximum)}`;
}

const byKey = ({ propertyNames, additionalProperties }) =>
  `${codes(propertyNames.enum)}, each ${allowed(additionalProperties)}`;

const objectText = (schema) =>
  isShort(schema)
    ? `${codes(Object.keys(schema.properties))}, each ${allowed(Object.values(schema.properties)[0])}`
    : 'an object, as below';

/** Where the schema has limits of its own, not those of whole numbers in JavaScript. */
function bounds(least, most) {
  if (least === undefined || Math.abs(least) === Number.MAX_SAFE_INTEGER) return '';
  return ` from ${least} to ${most}`;
}
