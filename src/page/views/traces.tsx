/** Traces: what each looks like to a TLB - its working set, the misses by TLB size, the reuse distances. */
import { Chart } from '../chart/chart.js';
import { numberText } from '../chart/numbers.js';
import { plain, Select } from '../parts/select.js';
import type { View, ViewProps } from '../view.js';

export const traces: View = {
  id: 'traces',
  title: 'Traces',
  show: (props) => <Traces {...props} />,
  isThere: (data) => data.traces.length > 0,
};

function Traces({ data, chosen, choose }: ViewProps) {
  const one = data.traces.find(({ name }) => name === chosen['shape']) ?? data.traces[0]!;
  return (
    <>
      <div class="fields">
        <Select
          label="trace"
          options={plain(data.traces.map(({ name }) => name))}
          value={one.name}
          onChoose={(shape) => choose({ shape })}
        />
      </div>
      <p>
        {numberText(one.references)} references to {numberText(one.pages)} pages of 4 KiB. Ran: {one.ran}. Captured:{' '}
        {one.captured}.
      </p>
      <p class="faint">Counts are {one.exactness}.</p>
      {one.figures.map((figure) => (
        <Chart key={`${one.name} ${figure.name}`} figure={figure} />
      ))}
    </>
  );
}
