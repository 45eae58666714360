import { describe, expect, test } from 'vitest';
import { latex } from '../../src/report/latex.js';
import { markdown } from '../../src/report/markdown.js';
import { table } from '../../src/report/table.js';
import { rowsOf } from './rows.js';

/** Checked by eye against the numbers of rows.ts. */
const GOLDEN = `Machine round, exit prices even
===============================

Summary: cycles of address translation per thousand references

            cycles per   times    of these:         faulted            VM exits per
  strategy   1000 refs  native  L2 TLB hits  walks    walks  VM exits  million refs
queue (1,000,000 references, guest pages 4k, host pages 4k)
  native          20.0     1.0            –   20.0        –         –             –
  shadow         420.0    21.0            –   20.0        –     400.0         200.0
  nested         320.0    16.0            –  120.0        –     200.0         100.0  wins
  → nested wins, 23.8 % fewer cycles than shadow
  → shadow wins while an exit costs less than 1,000 cycles, nested above; here it costs 2,000

Page walks: references per walk by table (g guest, n nested, s shadow) and level, what served or saved them

                   refs per    cycles                                          saved         served
  strategy  walks      walk  per walk  tables     L4    L3    L2    L1    all    PWC  nTLB  % by L1  L2  L3  mem
queue (1,000,000 references, guest pages 4k, host pages 4k)
  native    1,000      4.00      20.0  gL4…gL1  1.00  1.00  1.00  1.00   4.00      –     –    100.0   –   –    –
  shadow    1,000      4.00      20.0  sL4…sL1  1.00  1.00  1.00  1.00   4.00      –     –    100.0   –   –    –
  nested    1,000     24.00     120.0  gL4…gL1  1.00  1.00  1.00  1.00   4.00      –     –    100.0   –   –    –
                                       nL4…nL1  5.00  5.00  5.00  5.00  20.00      –     –    100.0   –   –    –

VMM invocations: VM exits by cause

                                                     SVM exit code          per million           share of
  strategy  cause        VMX exit reason             VMEXIT_…        exits         refs   cycles    cycles
queue (1,000,000 references, guest pages 4k, host pages 4k)
  native    no exits     –                           –                   –            –        –         –
  shadow    hiddenFault  0 exception or NMI          0x4e EXCP_PF      150        150.0  300,000    71.4 %
            tableWrite   0 exception or NMI          0x4e EXCP_PF       40         40.0   80,000    19.0 %
            cr3Write     28 control-register access  0x13 CR3_WRITE     10         10.0   20,000     4.8 %
            all causes                                                 200        200.0  400,000    95.2 %
  nested    nestedFault  48 EPT violation            0x400 NPF         100        100.0  200,000    62.5 %

native: bare metal.
shadow: shadow paging, leaf tables go out of sync (as under KVM).
nested: nested paging.
Table lines in data caches: not modelled: memory serves all.
Not modelled: references of the guest's kernel, unless the trace is of a full system and holds them.
`;

describe('terminal tables', () => {
  test('say who wins and why', () => {
    expect(table(rowsOf())).toBe(GOLDEN);
  });

  test('fit into 120 columns with billions of references', () => {
    const times = 1e4;
    const rows = rowsOf({ exactness: 'inexact: captured through a 512-page filter' }).map((row) => ({
      ...row,
      counters: { ...row.counters, refs: times * row.counters.refs, walks: times * row.counters.walks },
      cycles: { ...row.cycles, walks: times * row.cycles.walks, total: times * row.cycles.total },
      vmmInvocations: row.vmmInvocations.map((exit) => ({
        ...exit,
        count: times * exit.count,
        cycles: times * exit.cycles,
      })),
    }));
    expect(
      Math.max(
        ...table(rows)
          .split('\n')
          .map(({ length }) => length),
      ),
    ).toBeLessThanOrEqual(120);
  });

  test('mark rows that are not exact and explain the mark once', () => {
    const text = table(rowsOf({ exactness: 'inexact: captured through a 512-page filter' }));
    expect(text).toContain('shadow [1]');
    expect(text.match(/^\[1\] inexact: captured through a 512-page filter$/gm)).toHaveLength(1);
  });

  test('end with one line for each comparison when there are several', () => {
    const text = table([...rowsOf(), ...rowsOf({ trace: 'stack' })]);
    const overview = text.slice(text.indexOf('Overview'));
    expect(overview.match(/^ {2}\w+ +4k\/4k.*/gm)).toEqual([
      '  queue  4k/4k         20.0   420.0   320.0  nested        23.8 %               1,000    2,000',
      '  stack  4k/4k         20.0   420.0   320.0  nested        23.8 %               1,000    2,000',
    ]);
  });

  test('keep machines apart', () => {
    const [row] = rowsOf();
    const text = table([row, { ...row, machine: 'square' }]);
    expect(text.match(/^Machine .*/gm)).toEqual([
      'Machine round, exit prices even',
      'Machine square, exit prices even',
    ]);
  });
});

test('Markdown escapes what would be markup', () => {
  expect(markdown(rowsOf({ trace: 'a|b_c' }))).toContain('a\\|b\\_c');
});

test('LaTeX escapes what would be a command', () => {
  const text = latex(rowsOf({ trace: '50%_\\x' }));
  expect(text).toContain('50\\%\\_\\textbackslash{}x');
  expect(text.match(/\\begin\{table\}/g)).toHaveLength(3);
});
