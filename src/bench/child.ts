/** A fresh process for one measurement: the case comes as an argument, the measurement goes out as a line of JSON. */
import { measure } from './measure.js';
import type { BenchCase } from './case.js';

const measurement = await measure(JSON.parse(process.argv[2]!) as BenchCase);
process.stdout.write(JSON.stringify(measurement));
