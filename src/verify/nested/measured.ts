/** What was counted of each event, by mode: the format of `traces/measured/nested.kvm.json`. */
import { z } from 'zod';
import { oneOf } from '../../config/names.js';
import { validate } from '../../config/validate.js';
import { parseYaml } from '../../config/yaml-file.js';
import { NESTED_EVENTS, type NestedEventName } from './events.js';
import { parseFeatures } from './features.js';
import { stackOf } from './replay.js';
import type { Stack } from './guest.js';

/** One slope, or the least and the greatest of several runs. */
const slope = z.union([z.number().nonnegative(), z.tuple([z.number().nonnegative(), z.number().nonnegative()])]);
export type Slope = z.infer<typeof slope>;

const measuredSchema = z.looseObject({
  modes: z.record(z.string(), z.object({ l0: z.string(), l1: z.string().nullable() })),
  events: z.record(z.string(), z.object({ l1: z.record(z.string(), z.number()) }).catchall(slope)),
});

export interface MeasuredMode {
  readonly mode: string;
  readonly stack: Stack;
  readonly events: readonly MeasuredEvent[];
}

export interface MeasuredEvent {
  readonly event: NestedEventName;
  readonly l0Exits: Slope;
  /** null: there is no L1. */
  readonly l1Exits: number | null;
}

/** @throws ConfigError that says where in the text what is wrong */
export function parseMeasured(text: string, path: string): MeasuredMode[] {
  const { value, locate } = parseYaml(text, path);
  const { modes, events } = validate(measuredSchema, value, locate);
  const names = Object.keys(NESTED_EVENTS) as NestedEventName[];
  return Object.entries(modes).map(([mode, { l0, l1 }]) => ({
    mode,
    stack: stackOf(parseFeatures(l0, path), l1 === null ? null : parseFeatures(l1, path)),
    events: Object.entries(events).flatMap(([name, { l1: handled, ...slopes }]) => {
      const found = slopes[mode];
      const event = oneOf(names, name, `event of ${path}`);
      return found === undefined ? [] : { event, l0Exits: found, l1Exits: handled[mode] ?? null };
    }),
  }));
}
