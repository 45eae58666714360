/**
 * SagePTE artifact (amirmnoohi/SagePTE-AE, Simulator/example): a program that reads and writes 4096 pages, one after the other, three times, on
 * given tables. gen_dumps.py has the frames, expected_analysis.txt the results, run_x86.sh the sizes, README.md the latencies.
 */
export const PAGES = 4096;
export const PASSES = 3;
export const FIRST_PAGE = 0x10_0000;

/** Frames of the tables from the root down; the last ones are `leaf` and up, one for each 512 pages. */
export const GUEST = { tables: [0x1000, 0x1001, 0x1003], leaf: 0x1100, data: 0x4_0000 } as const;
/** Data: by the rank of a guest frame among all that are used. */
export const HOST = { tables: [0x2000, 0x2001, 0x2003], leaf: 0x2100, data: 0x8_0000 } as const;

/** The processor, as settings of any machine with walk caches off. */
export const MACHINE = [
  'machine.caches.l1d={"kib":32,"ways":8,"cycles":4}',
  'machine.caches.l2={"kib":1024,"ways":16,"cycles":14}',
  'machine.caches.l3={"kib":22528,"ways":11,"cycles":54}',
  'machine.caches.memoryCycles=200',
  'machine.tlb.l1d={"4k":{"entries":64,"ways":4}}',
  'machine.tlb.l2={"unified":{"4k":{"entries":1536,"ways":12}}}',
] as const;

/** Mean cycles of each reference of a walk, in the order of a walk. */
export const REFERENCES = [
  ['G1H1', 4.07],
  ['G1H2', 4.03],
  ['G1H3', 4.1],
  ['G1H4', 4.11],
  ['G1', 4.43],
  ['G2H1', 4.0],
  ['G2H2', 4.0],
  ['G2H3', 4.0],
  ['G2H4', 4.0],
  ['G2', 4.37],
  ['G3H1', 4.0],
  ['G3H2', 4.0],
  ['G3H3', 4.0],
  ['G3H4', 4.0],
  ['G3', 4.1],
  ['G4H1', 4.0],
  ['G4H2', 4.0],
  ['G4H3', 4.0],
  ['G4H4', 4.02],
  ['G4', 9.74],
  ['UDH1', 4.0],
  ['UDH2', 4.0],
  ['UDH3', 4.37],
  ['UDH4', 9.48],
] as const;

/** Cycles of a walk: with nested paging, with SagePTE, with DMT. */
export const WALKS = { count: 9548, nested: 108.84, sagePte: 86.99, dmt: 23.24 } as const;
