import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { availableMib, environment } from '../../src/probe/environment.js';
import { temporaryFolder } from '../cli/vmmu.js';

const root = temporaryFolder();

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

test('without /proc there is nothing to measure', () => {
  expect(() => environment(join(root, 'nowhere'))).toThrow('probe: found no /proc/cpuinfo; it measures Linux machines');
  expect(availableMib(join(root, 'nowhere'))).toBeNull();
});

test('what the system says: processor, hypervisor, caches of data, transparent huge pages', () => {
  write(
    'proc/cpuinfo',
    'processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 26\nmodel\t\t: 2\nmodel name\t: AMD EPYC\nflags\t\t: fpu vme lm\n',
  );
  write('proc/meminfo', 'MemTotal:  9 kB\nMemAvailable:    2097152 kB\n');
  write('sys/kernel/mm/transparent_hugepage/enabled', 'always [madvise] never\n');
  for (const [index, type, level, size] of [
    ['index0', 'Data', 1, '48K'],
    ['index1', 'Instruction', 1, '32K'],
    ['index2', 'Unified', 2, '1024K'],
  ] as const)
    for (const [name, text] of Object.entries({ type, level, size, ways_of_associativity: 12 }))
      write(`sys/devices/system/cpu/cpu0/cache/${index}/${name}`, `${text}\n`);
  expect(environment(root)).toEqual({
    vendor: 'amd',
    title: 'AMD EPYC',
    family: 26,
    model: 2,
    virtual: false,
    hugePages: 'madvise',
    caches: [
      { level: 1, kib: 48, ways: 12 },
      { level: 2, kib: 1024, ways: 12 },
    ],
  });
  expect(availableMib(root)).toBe(2048);
});
