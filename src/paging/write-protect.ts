/** Shadow paging as textbooks have it: shadow tables never differ from the guest's, because each write to a shadowed table exits. */
import { shadowPaging } from './shadow/shadow.js';

export const writeProtect = shadowPaging(
  (configured) => ({ ...configured, unsync: false, prefetch: 1, floodLimit: 0 }),
  'Hennessy & Patterson, 4th ed., p. 340; Adams & Agesen, ASPLOS 2006',
);
