/** A worker thread: one replay of walks. */
import { replayWalks } from './walk-costs.js';

export default replayWalks;
