/** The prices that a reader has set: a generation's exits, and single dials. Read from and written to the address. */
import { COSTS } from '../../config/costs/index.js';
import type { Costs } from '../../config/schema.js';
import type { RowPrices } from '../../gather/page-data.js';
import { DIALS, type Dial } from './dials.js';

export interface Setting {
  /** Name of a price file; null: exits as recorded. */
  readonly generation: string | null;
  /** Cycles of the dials that were turned. */
  readonly turned: readonly (readonly [dial: Dial, cycles: number])[];
}

export const GENERATIONS: Readonly<Record<string, Costs>> = COSTS;

/** Of what the address chooses; what it cannot mean is as recorded. */
export function settingOf(chosen: Readonly<Record<string, string>>): Setting {
  const { generation } = chosen;
  return {
    generation: generation !== undefined && Object.hasOwn(GENERATIONS, generation) ? generation : null,
    turned: DIALS.flatMap((dial) => {
      const cycles = Number(chosen[dial.id] || NaN);
      return cycles >= 0 && cycles <= 1e9 ? [[dial, cycles] as const] : [];
    }),
  };
}

/** The same while no price is set anew. */
export function settingKey(chosen: Readonly<Record<string, string>>): string {
  return JSON.stringify(['generation', ...DIALS.map(({ id }) => id)].map((name) => chosen[name]));
}

export function isRecorded({ generation, turned }: Setting): boolean {
  return generation === null && turned.length === 0;
}

export function adjusted({ generation, turned }: Setting, recorded: RowPrices): RowPrices {
  return turned.reduce((prices, [dial, cycles]) => dial.set(prices, cycles), ofGeneration(generation, recorded));
}

function ofGeneration(generation: string | null, recorded: RowPrices): RowPrices {
  return generation === null ? recorded : { ...recorded, exits: GENERATIONS[generation]! };
}

/** Options of `vmmu run` that set the same prices on a machine. */
export function optionsOf({ generation, turned }: Setting, recorded: RowPrices): string[] {
  const base = ofGeneration(generation, recorded);
  const settings = turned.flatMap(([dial, cycles]) => dial.settings(base, cycles));
  return [...(generation === null ? [] : ['--costs', generation]), ...settings.flatMap((one) => ['--set', one])];
}
