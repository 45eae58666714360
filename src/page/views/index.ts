/** All views, in the order of the navigation. */
import { explorer } from '../explorer/explorer.js';
import type { View } from '../view.js';
import { claims } from './claims.js';
import { exits } from './exits.js';
import { experiments } from './experiments.js';
import { overview } from './overview.js';
import { provenance } from './provenance.js';
import { sweep } from './sweep.js';
import { traces } from './traces.js';
import { walks } from './walks.js';

export const VIEWS: readonly View[] = [
  overview,
  walks,
  exits,
  explorer,
  traces,
  sweep,
  experiments,
  claims,
  provenance,
];
