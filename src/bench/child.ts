/** A fresh process for one measurement: the case comes as an argument, the measurement goes out as a line of JSON. */
import { measure } from './measure.js';
import { measureImport, type ImportCase } from './imports.js';
import type { BenchCase } from './case.js';

const given = JSON.parse(process.argv[2]!) as BenchCase | ImportCase;
const measurement = await ('imports' in given ? measureImport(given) : measure(given));
process.stdout.write(JSON.stringify(measurement));
