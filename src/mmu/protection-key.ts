/** Protection keys: Intel SDM vol. 3A, 4.6.2. Asked only when CR4.PKE or CR4.PKS is set. */
import { ACCESS } from './dimension.js';
import type { PagingControls } from './dimension.js';

/** Whether the key of a leaf forbids an access. `userPage`: U/S is set in every entry of the walk. */
export function keyForbids(controls: PagingControls, access: number, userPage: boolean, leafHigh: number): boolean {
  if ((access & ACCESS.fetch) !== 0) return false;
  // A user access to a supervisor page is refused by U/S alone: no key is looked at.
  if (!userPage && (access & ACCESS.user) !== 0) return false;
  if (!(userPage ? controls.pke : controls.pks)) return false;
  const key = (leafHigh >>> 27) & 15;
  const rights = (userPage ? controls.pkru : controls.pkrs) >>> (2 * key);
  if ((rights & 1) !== 0) return true;
  return (rights & 2) !== 0 && (access & ACCESS.write) !== 0 && ((access & ACCESS.user) !== 0 || controls.wp);
}
