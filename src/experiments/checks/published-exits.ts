/**
 * O. Agesen, J. Mattson, R. Rugina, J. Sheldon, "Software Techniques for Avoiding Hardware Virtualization Exits", USENIX ATC 2012, table 1:
 * hardware round trip of a VM exit, in cycles, by generation; and the name of the prices that have it.
 */
export const ROUND_TRIPS = [
  { generation: 'Prescott', costs: 'prescott-2005', cycles: 3963 },
  { generation: 'Merom', costs: 'merom-2006', cycles: 1579 },
  { generation: 'Penryn', costs: 'penryn-2008', cycles: 1266 },
  { generation: 'Nehalem', costs: 'nehalem-2009', cycles: 1009 },
  { generation: 'Westmere', costs: 'westmere-2010', cycles: 761 },
  { generation: 'Sandy Bridge', costs: 'sandy-bridge-2011', cycles: 784 },
] as const;
