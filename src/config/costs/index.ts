/** Prices of VM exits by processor generation. */
import type { Costs } from '../schema.js';
import { cascadeLake2019 } from './cascade-lake-2019.js';
import { cascadeLakeShadow2019 } from './cascade-lake-shadow-2019.js';
import { epyc2020 } from './epyc-2020.js';
import { merom2006 } from './merom-2006.js';
import { nehalem2009 } from './nehalem-2009.js';
import { penryn2008 } from './penryn-2008.js';
import { prescott2005 } from './prescott-2005.js';
import { sandyBridge2011 } from './sandy-bridge-2011.js';
import { westmere2010 } from './westmere-2010.js';

/** Prices of VM exits by name, in cycles, each with its source. */
export const COSTS = {
  'prescott-2005': prescott2005,
  'merom-2006': merom2006,
  'penryn-2008': penryn2008,
  'nehalem-2009': nehalem2009,
  'westmere-2010': westmere2010,
  'sandy-bridge-2011': sandyBridge2011,
  'cascade-lake-2019': cascadeLake2019,
  'cascade-lake-shadow-2019': cascadeLakeShadow2019,
  'epyc-2020': epyc2020,
} as const satisfies Record<string, Costs>;
