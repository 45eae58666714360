/** Figures that come from files: what `figure.ts` says, checked. */
import { z } from 'zod';
import type { Figure } from './figure.js';

const words = z.string().min(1);
const value = z.number();
const known = value.nullable();
const pair = z.tuple([value, value]);

const scale = z.strictObject({
  title: z.string(),
  scale: z.enum(['linear', 'log2', 'log10']),
  from: value.optional(),
  to: value.optional(),
});
const line = z.strictObject({ at: value, label: z.string() }).optional();
const end = z.strictObject({ input: words, result: value });

const xy = z.strictObject({
  kind: z.literal('xy'),
  x: scale,
  y: scale,
  series: z
    .array(
      z.strictObject({
        label: words,
        as: z.enum(['line', 'points']),
        points: z.array(pair),
        names: z.array(z.string()).optional(),
      }),
    )
    .min(1),
  line,
});

const bars = z.strictObject({
  kind: z.literal('bars'),
  groups: z.array(words).min(1),
  groupTitle: z.string(),
  y: scale,
  series: z
    .array(z.strictObject({ label: words, values: z.array(known), spread: z.array(pair.nullable()).optional() }))
    .min(1),
  stacked: z.boolean().optional(),
  line,
});

const dots = z.strictObject({
  kind: z.literal('dots'),
  rows: z.array(words).min(1),
  x: scale,
  series: z.array(z.strictObject({ label: words, values: z.array(known) })).min(1),
  line,
});

const ranges = z.strictObject({
  kind: z.literal('ranges'),
  x: scale,
  base: value,
  rows: z.array(z.strictObject({ label: words, low: end, high: end })).min(1),
  line,
});

export const figureSchema = z.strictObject({
  name: z.string().regex(/^[\w-]+$/, 'letters, digits, _ and -'),
  title: words,
  caption: z.string(),
  width: z.enum(['column', 'page']),
  plot: z.discriminatedUnion('kind', [xy, bars, dots, ranges]),
}) satisfies z.ZodType<Figure>;
