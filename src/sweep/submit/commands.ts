/** The command lines and names that the scripts of all engines have in common. */
import { join } from 'node:path';
import type { Job } from './engine.js';
import { shellWord, shellWords } from './shell.js';

/** More cells than are taken for a mistake have been asked about by then. @param shard from 1, as the shell expands it @param program as the shell expands it */
export function shardCommand({ sweep, out, shards }: Job, shard: string, program: string): string {
  return `${program} sweep run ${shellWord(sweep)} --shard "${shard}/${shards}" --out ${shellWord(out)} --yes`;
}

export function mergeCommand({ out }: Job, program: string): string {
  return `${program} ${shellWords(['sweep', 'merge', out, '--out', out])}`;
}

export function scriptPath({ out }: Pick<Job, 'out'>, name: string): string {
  return join(out, 'submit', name);
}
