/** Numbers of gem5's packets. */
export const PACKET = {
  /** Commands, the same in all versions. */
  read: 1,
  write: 4,
  /** A flag of the request: it is a fetch. */
  fetchFlag: 0x100,
} as const;

export const PHYSICAL_REMARK = 'addresses are physical, taken for those of one address space';
