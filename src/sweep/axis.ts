/** An axis of a sweep: the values that one path of the configuration takes, one after the other. */
import { z } from 'zod';
import { object } from '../config/shapes.js';

const MOST_VALUES = 100_000;

const listSchema = z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])).min(1);

/** From one number to another, by steps or by a factor. */
const rangeSchema = object({
  from: z.number(),
  to: z.number(),
  step: z.number().positive().optional(),
  times: z.number().gt(1).optional(),
}).superRefine(({ from, to, step, times }, context) => {
  const add = (message: string): void => context.addIssue({ code: 'custom', message });
  if (to < from) add(`found ${from} to ${to}; expected a range that goes up`);
  else if (step !== undefined && times !== undefined) add('found step and times; expected one of them');
  else if (times !== undefined && from <= 0) add(`found times from ${from}; expected a number above 0 to multiply`);
  else if ((to - from) / (step ?? 1) > MOST_VALUES && times === undefined)
    add(`found more than ${MOST_VALUES} values; expected fewer`);
});

const sizesSchema = z.union([z.array(z.number().int().min(1)).min(1), rangeSchema], {
  error: 'expected a list of whole numbers, or a range of from, to and step or times',
});

/** Shapes of a TLB array: sets × ways entries each. */
const shapeSchema = object({ sets: sizesSchema, ways: sizesSchema });

export const axisSchema = z.union([listSchema, rangeSchema, shapeSchema], {
  error:
    'expected a list of values that is not empty, a range of from, to and step or times, or a shape of sets and ways',
});

type Axis = z.infer<typeof axisSchema>;

export interface AxisValue {
  /** As it stands in rows. */
  readonly text: string;
  /** The value, given the one before. */
  readonly change: (before: unknown) => unknown;
}

export function axisValues(axis: Axis): AxisValue[] {
  if ('sets' in axis) return sizes(axis.sets).flatMap((sets) => sizes(axis.ways).map((ways) => shape(sets, ways)));
  const values = 'from' in axis ? rangeValues(axis) : axis;
  return values.map((value) => ({ text: String(value), change: () => value }));
}

/** What else an array has, such as its replacement, stays. */
function shape(sets: number, ways: number): AxisValue {
  return {
    text: `${sets}x${ways}`,
    change: (before) => ({ ...(before as object | null), entries: sets * ways, ways }),
  };
}

function sizes(of: z.infer<typeof sizesSchema>): readonly number[] {
  return 'from' in of ? rangeValues(of) : of;
}

function rangeValues({ from, to, step = 1, times }: z.infer<typeof rangeSchema>): number[] {
  const values: number[] = [];
  for (let at = 0; ; at++) {
    // Steps such as 0.1 are no sums of halves: twelve digits are what was meant.
    const value = Number((times === undefined ? from + at * step : from * times ** at).toPrecision(12));
    if (value > to) return values;
    values.push(value);
  }
}
