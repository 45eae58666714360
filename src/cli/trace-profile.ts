/** The profile of a trace: how far its replays are is shown. */
import type { ProfileInput } from '../plan/profile.js';
import { exactly } from '../plan/range.js';
import { DEFAULT_MACHINE } from '../config/default-machine.js';
import { interruptible } from './interrupt.js';
import { readText } from './options.js';
import { lateProgress } from './progress.js';
import { tracePath } from './shipped.js';

export interface TraceProfileRequest {
  readonly machines: readonly string[] | undefined;
  readonly cyclesPerReference: number | undefined;
  readonly vcpus: number | undefined;
  readonly name: string | undefined;
  readonly quiet: boolean;
}

export async function traceProfile(trace: string, request: TraceProfileRequest): Promise<ProfileInput> {
  const { profileOfTrace } = await import('../plan/replayed.js');
  const { machines = [DEFAULT_MACHINE], cyclesPerReference, vcpus = 1, name, quiet } = request;
  const shown = lateProgress('replays', quiet);
  const made = await interruptible('nothing was written; run the command again', (signal) =>
    profileOfTrace(tracePath(trace), {
      machines,
      readText,
      cyclesPerReference: cyclesPerReference === undefined ? null : exactly(cyclesPerReference),
      vcpus,
      signal,
      onReplay: shown.step,
    }).finally(shown.end),
  );
  return name === undefined ? made : { ...made, name };
}
