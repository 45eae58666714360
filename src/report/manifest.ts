/** What results were made from: enough to make them again, and nothing that differs between two places or times. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import type { RunConfig } from '../config/schema.js';
import { UsageError } from '../errors.js';

export const MANIFEST_SCHEMA = 'vmmu/manifest@1';

/** What results were made from, as manifest.json has it. */
export interface Manifest {
  readonly schema: typeof MANIFEST_SCHEMA;
  /** Version of vmmu. */
  readonly version: string;
  /** Strategies and named VMMs. */
  readonly strategies: readonly string[];
  /** One for each machine. */
  readonly configurations: readonly RunConfig[];
  readonly inputs: readonly ManifestInput[];
  /** Only where a part of the TLB sets was replayed. */
  readonly sample?: string;
  /** Only of a sweep: its configurations are those before the axes. */
  readonly sweep?: ManifestSweep;
}

/** The sweep that results are of. */
export interface ManifestSweep {
  readonly id: string;
  readonly name: string;
  /** Values by path. */
  readonly axes: Readonly<Record<string, readonly string[]>>;
}

/** A trace file by its contents. */
export interface ManifestInput {
  /** File name without its folder. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The sample of a manifest. @param oneIn undefined: there is none */
export function sampled(oneIn: number | undefined): Pick<Manifest, 'sample'> {
  return oneIn === undefined ? {} : { sample: `sets=1/${oneIn}` };
}

/** A manifest of these contents. */
export function manifest(contents: Omit<Manifest, 'schema'>): Manifest {
  return { schema: MANIFEST_SCHEMA, ...contents };
}

/** Reads a file once to identify it. @throws UsageError if it cannot be read */
export async function manifestInput(path: string): Promise<ManifestInput> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
    }
  } catch (error) {
    throw new UsageError(`${path}: cannot be read: ${(error as Error).message}`);
  }
  return { name: basename(path), bytes, sha256: hash.digest('hex') };
}
