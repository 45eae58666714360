/** Page walks: for each level of each dimension who serves its entries, and how many are saved. */
import { percent } from '../../report/number-text.js';
import { isExcluded, type PageWalkRow, type ResultRow } from '../../report/result-row.js';
import { HeatMap, type Heat } from '../chart/heat-map.js';
import { numberText } from '../chart/numbers.js';
import { chosenOf } from '../comparison.js';
import { choiceOf, ChoiceFields } from '../parts/choice.js';
import { Notes } from '../parts/notes.js';
import { plain, Select } from '../parts/select.js';
import { Table, type Column } from '../parts/table.js';
import { Term } from '../parts/term.js';
import type { View, ViewProps } from '../view.js';

export const walks: View = {
  id: 'walks',
  title: 'Page walks',
  show: (props) => <Walks {...props} />,
  isThere: ({ rows }) => rows.length > 0,
};

function Walks({ rows, chosen, choose, prices }: ViewProps) {
  const choice = choiceOf(rows, chosen);
  const ran = choice.one.comparison.lines.map(({ row }) => row).filter((row) => !isExcluded(row));
  const strategies = ran.map(({ strategy }) => strategy);
  const fields = (
    <div class="fields">
      <ChoiceFields rows={rows} choice={choice} choose={choose} />
      {ran.length > 0 && (
        <Select
          label="strategy"
          options={plain(strategies)}
          value={strategyOf(strategies, chosen['strategy'])}
          onChoose={(strategy) => choose({ strategy })}
        />
      )}
    </div>
  );
  const row = ran.find(({ strategy }) => strategy === strategyOf(strategies, chosen['strategy']));
  if (row === undefined) return fields;
  return (
    <>
      <p class="answer">{answer(row)}</p>
      {fields}
      <HeatMap heat={heatOf(row, choice.one.title)} />
      <p>
        Each number is table entries for each walk: read from the cache named above it or from memory (mem), or not read
        because the page-walk cache (PWC) or the nested TLB (nTLB) saved them. <Term name="walks" />:{' '}
        {numberText(row.counters.walks)}, <Term name="walkRefs" />: {numberText(row.counters.walkRefs)},{' '}
        <Term name="peakWalkRefs" />: {row.counters.peakWalkRefs}.
      </p>
      <Notes rows={[row]} />
      {prices(false)}
      <Table name="page-walks" title={`Page walks of ${row.strategy}`} columns={COLUMNS} rows={row.pageWalks} />
    </>
  );
}

/** Nested walks have the most to show. */
function strategyOf(strategies: readonly string[], chosen: string | undefined): string {
  return chosenOf(strategies, strategies.includes(chosen ?? '') ? chosen : 'nested');
}

function answer({ counters, pageWalks, cycles, strategy }: ResultRow): string {
  const { walks, walkRefs, walkCacheSkippedRefs, nestedTlbSkippedRefs } = counters;
  if (walks === 0) return `${strategy}: no walk was made.`;
  const whole = walkRefs + walkCacheSkippedRefs + nestedTlbSkippedRefs;
  const memory = pageWalks.reduce((sum, { memoryRefs }) => sum + memoryRefs, 0);
  return [
    `A walk under ${strategy} reads ${numberText(walkRefs / walks)} of the ${numberText(whole / walks)} entries that it would without caches of walks`,
    `; ${percent(walkRefs === 0 ? 0 : memory / walkRefs)} of them come from memory.`,
    ` Walks take ${percent(cycles.total === 0 ? 0 : cycles.walks / cycles.total)} of the cycles of translation.`,
  ].join('');
}

const SERVERS = [
  ['L1', 'l1Refs'],
  ['L2', 'l2Refs'],
  ['L3', 'l3Refs'],
  ['mem', 'memoryRefs'],
  ['PWC saved', 'walkCacheSkippedRefs'],
  ['nTLB saved', 'nestedTlbSkippedRefs'],
] as const satisfies readonly (readonly [string, keyof PageWalkRow])[];

function heatOf({ pageWalks, counters, strategy }: ResultRow, title: string): Heat {
  return {
    name: 'page-walks-heat',
    title: `Who serves the entries of a walk: ${title}, ${strategy}`,
    unit: 'table entries per walk',
    rows: pageWalks.map((walk) => labelOf(walk)),
    columns: SERVERS.map(([label]) => label),
    values: pageWalks.map((walk) =>
      SERVERS.map(([, server]) => (counters.walks === 0 ? 0 : walk[server] / counters.walks)),
    ),
  };
}

function labelOf({ dimension, level }: PageWalkRow): string {
  return `${dimension[0]!}L${level}`;
}

const COLUMNS: readonly Column<PageWalkRow>[] = [
  { name: 'dimension', value: ({ dimension }) => dimension, show: ({ dimension }) => <Term name={dimension} /> },
  { name: 'level', value: ({ level }) => level },
  { name: 'refs', term: 'levelRefs', value: ({ refs }) => refs },
  { name: 'l1Refs', value: ({ l1Refs }) => l1Refs },
  { name: 'l2Refs', value: ({ l2Refs }) => l2Refs },
  { name: 'l3Refs', value: ({ l3Refs }) => l3Refs },
  { name: 'memoryRefs', value: ({ memoryRefs }) => memoryRefs },
  { name: 'walkCacheSkippedRefs', value: (walk) => walk.walkCacheSkippedRefs },
  { name: 'nestedTlbSkippedRefs', value: (walk) => walk.nestedTlbSkippedRefs },
  { name: 'refsPerWalk', value: ({ refsPerWalk }) => refsPerWalk },
  { name: 'cycles', value: ({ cycles }) => cycles },
];
