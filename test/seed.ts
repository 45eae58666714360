/** Histories are drawn from one seed, so that a run can be repeated; `VMMU_SEED=2` draws others. What any seed finds becomes an example. */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['VMMU_SEED'] ?? 1) });
