/** Files of vectors: one JSON object a line, plain or gzip-compressed. What is wrong with a line is said with file, line and column. */
import { createReadStream, promises } from 'node:fs';
import { createInterface } from 'node:readline';
import { PassThrough, pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import { explain } from '../config/issue-text.js';
import { parseYaml } from '../config/yaml-file.js';
import { unreadable, UsageError } from '../errors.js';
import type { Vector } from './vectors.js';

const hex = z.string().regex(/^0x[0-9a-f]{1,16}$/, { error: 'expected 64 bits in lower-case hexadecimal, as 0x1f' });
/** Of an aligned 8-byte word in physical memory. */
const wordAddress = z.string().regex(/^0x[0-9a-f]{0,12}[08]$/, {
  error: 'expected the address of an aligned 8-byte word below 2^52, as 0x1f8',
});
const words = z.record(wordAddress, hex);
const log = z.object({ reads: z.array(z.string()), writes: z.array(z.string()) });
const modes = ['none', '32bit', 'pae', '4level', '5level'] as const;

const vectorSchema = z.object({
  id: z.string().min(1),
  guestMode: z.enum(modes),
  maxPhyAddr: z.number().int().min(32).max(52),
  page1gb: z.boolean().optional(),
  amdDiffers: z.unknown().optional(),
  regs: z.object({
    cr0: hex,
    cr3: hex,
    cr4: hex,
    efer: hex,
    ac: z.literal([0, 1]),
    pkru: hex.optional(),
    pkrs: hex.optional(),
  }),
  nested: z
    .discriminatedUnion('kind', [
      z.object({
        kind: z.literal('npt'),
        hostMode: z.enum(modes).exclude(['none']),
        ncr3: hex,
        hcr0: hex,
        hcr4: hex,
        hefer: hex,
      }),
      z.object({
        kind: z.literal('ept'),
        eptp: hex,
        accessedDirty: z.boolean(),
        modeBasedExecute: z.boolean(),
        advancedExitInfo: z.boolean(),
      }),
    ])
    .nullable(),
  access: z.object({ linear: hex, type: z.enum(['read', 'write', 'fetch']), user: z.boolean() }),
  mem: words,
  expect: z.object({
    oracle: z.string().default('not named'),
    outcome: z.looseObject({ kind: z.enum(['ok', 'gp', 'pf', 'npf', 'eptViolation', 'eptMisconfig']) }),
    load: log.optional(),
    reads: z.array(z.string()),
    writes: z.array(z.string()),
    memAfter: words,
  }),
}) satisfies z.ZodType<Vector>;

/** The vectors of a file, in order. */
export async function* readVectors(path: string): AsyncGenerator<Vector> {
  const lines = createInterface({ input: await open(path), crlfDelay: Infinity });
  let number = 0;
  let empty = true;
  try {
    for await (const line of lines) {
      empty = false;
      yield parseVector(line, path, ++number);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path}: cannot be read after line ${number}: ${(error as Error).message}`);
  }
  if (empty) throw new UsageError(`${path}: found an empty file; expected a vector on each line`);
}

async function open(path: string): Promise<NodeJS.ReadableStream> {
  const start = Buffer.alloc(2);
  try {
    const file = await promises.open(path);
    await file.read(start, 0, 2, 0).finally(() => file.close());
  } catch (error) {
    throw unreadable(path, error);
  }
  const gzip = start[0] === 0x1f && start[1] === 0x8b;
  const text = new PassThrough();
  // Errors of the file or of its compression come out where the lines are read.
  if (gzip) pipeline(createReadStream(path), createGunzip(), text, () => undefined);
  else pipeline(createReadStream(path), text, () => undefined);
  return text;
}

/** @throws UsageError that says where in the line what is wrong */
function parseVector(line: string, path: string, number: number): Vector {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    const { message } = error as Error;
    // Of a short text the message has no position, unless it is that of the end.
    const column = message.includes('end of JSON')
      ? line.length + 1
      : Number(/position (\d+)/.exec(message)?.[1] ?? 0) + 1;
    throw new UsageError(
      `${path}:${number}:${column}: found ${line === '' ? 'an empty line' : 'a line that is not JSON'}; expected a vector`,
    );
  }
  const parsed = vectorSchema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  const { path: keys, text } = explain(parsed.error.issues[0]!);
  const place = parseYaml(line, path).locate(keys);
  const column = place.slice(place.lastIndexOf(':') + 1);
  throw new UsageError(
    `${path}:${number}:${column}: ${keys.length === 0 ? '' : `${keys.map(String).join('.')}: `}${text}`,
  );
}
