/**
 * The machines, by vendor, year and name. Their TLBs and caches are those that CPUID reports, their latencies those that InstLatx64's
 * MemLat measured: load to use, and for memory dependent loads, random within a page. What was borrowed or assumed stands in `doubts`.
 */
import type { MachineInput } from '../machine-schema.js';
import { amdBarcelona } from './amd-barcelona.js';
import { amdK8RevF } from './amd-k8-revF.js';
import { amdShanghai } from './amd-shanghai.js';
import { amdThuban } from './amd-thuban.js';
import { amdVishera } from './amd-vishera.js';
import { amdZambezi } from './amd-zambezi.js';
import { amdZen1 } from './amd-zen1.js';
import { amdZen2 } from './amd-zen2.js';
import { amdZen3 } from './amd-zen3.js';
import { amdZen4 } from './amd-zen4.js';
import { amdZen5 } from './amd-zen5.js';
import { intelBroadwell } from './intel-broadwell.js';
import { intelCascadelake } from './intel-cascadelake.js';
import { intelEmeraldrapids } from './intel-emeraldrapids.js';
import { intelGoldencove } from './intel-goldencove.js';
import { intelGracemont } from './intel-gracemont.js';
import { intelGraniterapids } from './intel-graniterapids.js';
import { intelHaswell } from './intel-haswell.js';
import { intelHaswellEp } from './intel-haswell-ep.js';
import { intelIcelake } from './intel-icelake.js';
import { intelIcelakeSp } from './intel-icelake-sp.js';
import { intelIvybridge } from './intel-ivybridge.js';
import { intelLioncove } from './intel-lioncove.js';
import { intelMerom } from './intel-merom.js';
import { intelNehalem } from './intel-nehalem.js';
import { intelPenryn } from './intel-penryn.js';
import { intelPrescott } from './intel-prescott.js';
import { intelRocketlake } from './intel-rocketlake.js';
import { intelSandybridge } from './intel-sandybridge.js';
import { intelSapphirerapids } from './intel-sapphirerapids.js';
import { intelSkylake } from './intel-skylake.js';
import { intelSkylakeSp } from './intel-skylake-sp.js';
import { intelTigerlake } from './intel-tigerlake.js';
import { intelWestmere } from './intel-westmere.js';
import { yardstick } from './yardstick.js';

/** Descriptions of processors by name, each with its source: sizes in entries, sets, ways and bytes, latencies in cycles. */
export const MACHINES = {
  'amd-k8-revF': amdK8RevF,
  'amd-barcelona': amdBarcelona,
  'amd-shanghai': amdShanghai,
  'amd-thuban': amdThuban,
  'amd-zambezi': amdZambezi,
  'amd-vishera': amdVishera,
  'amd-zen1': amdZen1,
  'amd-zen2': amdZen2,
  'amd-zen3': amdZen3,
  'amd-zen4': amdZen4,
  'amd-zen5': amdZen5,
  'intel-prescott': intelPrescott,
  'intel-merom': intelMerom,
  'intel-penryn': intelPenryn,
  'intel-nehalem': intelNehalem,
  'intel-westmere': intelWestmere,
  'intel-sandybridge': intelSandybridge,
  'intel-ivybridge': intelIvybridge,
  'intel-haswell': intelHaswell,
  'intel-haswell-ep': intelHaswellEp,
  'intel-skylake': intelSkylake,
  'intel-broadwell': intelBroadwell,
  'intel-skylake-sp': intelSkylakeSp,
  'intel-cascadelake': intelCascadelake,
  'intel-icelake': intelIcelake,
  'intel-tigerlake': intelTigerlake,
  'intel-goldencove': intelGoldencove,
  'intel-icelake-sp': intelIcelakeSp,
  'intel-rocketlake': intelRocketlake,
  'intel-gracemont': intelGracemont,
  'intel-emeraldrapids': intelEmeraldrapids,
  'intel-sapphirerapids': intelSapphirerapids,
  'intel-graniterapids': intelGraniterapids,
  'intel-lioncove': intelLioncove,
  yardstick,
} as const satisfies Record<string, MachineInput>;

export type MachineName = keyof typeof MACHINES;
