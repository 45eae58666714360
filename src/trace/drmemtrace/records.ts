/** Numbers of drmemtrace's records: `u16 type, u16 size, u64 address`, little-endian, packed. */
export const RECORD = 12;

export const TYPE = {
  read: 0,
  write: 1,
  instruction: 10,
  return: 16,
  bundle: 17,
  instructionFlush: 18,
  instructionFlushEnd: 19,
  dataFlush: 20,
  dataFlushEnd: 21,
  thread: 22,
  threadExit: 23,
  process: 24,
  header: 25,
  footer: 26,
  hardwarePrefetch: 27,
  marker: 28,
  notFetched: 29,
  perhapsFetched: 30,
  sysenter: 31,
  encoding: 47,
  takenJump: 48,
  untakenJump: 49,
} as const;

export const MARKER = {
  kernelEvent: 0,
  kernelTransfer: 1,
  timestamp: 2,
  functionId: 4,
  functionArgument: 6,
  functionResult: 7,
  splitValue: 8,
  fileType: 9,
  physicalAddress: 15,
  physicalAddressUnknown: 16,
  pageSize: 18,
  systemCall: 25,
  systemCallTraceStart: 27,
  systemCallTraceEnd: 28,
  /** Of a call whose result has said so. Up to here markers are explained, and those that are not named here say nothing of memory. */
  systemCallFailed: 30,
  contextSwitchStart: 34,
  contextSwitchEnd: 35,
  hardwareEvent: 43,
  hardwareReturn: 44,
} as const;

/** Prefetch instructions, by their type. */
export function isPrefetch(type: number): boolean {
  return (type >= 2 && type < TYPE.instruction) || (type > TYPE.sysenter && type < TYPE.encoding);
}

/** Instructions that are fetched, by their type. */
export function isFetched(type: number): boolean {
  return (
    (type >= TYPE.instruction && type <= TYPE.return) ||
    type === TYPE.takenJump ||
    type === TYPE.untakenJump ||
    type === TYPE.sysenter
  );
}

/** Bits of the file type: the recorder left out references, by its own caches. */
export const FILTERED = 0x1 | 0x80 | 0x100;
