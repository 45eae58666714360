/** Shadow paging as textbooks have it: shadow tables never differ from the guest's, because each write to a shadowed table exits. */
import { WRITE_PROTECT } from './shadow/policy.js';
import { shadowPaging } from './shadow/shadow.js';

export const writeProtect = shadowPaging(
  WRITE_PROTECT,
  'Hennessy & Patterson, 4th ed., p. 340; Adams & Agesen, ASPLOS 2006',
);
