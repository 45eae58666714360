/** `npm run test:long` tries what `npm test` samples: every trace and stream, and histories by the hundred. */
export const LONG = process.env['VMMU_LONG'] === '1';
