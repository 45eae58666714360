/** All views, in the order of the navigation. */
import { explorer } from '../explorer/explorer.js';
import type { View } from '../view.js';
import { overview } from './overview.js';

export const VIEWS: readonly View[] = [overview, explorer];
