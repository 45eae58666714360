/** Experiments: each argument's answer, and its figures as they were recorded. */
import { Chart } from '../chart/chart.js';
import { Select } from '../parts/select.js';
import type { View, ViewProps } from '../view.js';

export const experiments: View = {
  id: 'experiments',
  title: 'Experiments',
  show: (props) => <Experiments {...props} />,
  isThere: (data) => data.experiments.length > 0,
};

function Experiments({ data, chosen, choose }: ViewProps) {
  const one = data.experiments.find(({ experiment }) => experiment === chosen['experiment']) ?? data.experiments[0]!;
  return (
    <>
      <div class="fields">
        <Select
          label="experiment"
          options={data.experiments.map(({ experiment, title }) => ({ value: experiment, text: title }))}
          value={one.experiment}
          onChoose={(experiment) => choose({ experiment })}
        />
      </div>
      <h3>{one.title}</h3>
      {one.answer.map((line) => (
        <p key={line} class="answer">
          {line}
        </p>
      ))}
      <p class="faint">
        Source: {one.source}. {one.quick ? 'The quick form. ' : ''}Figures are as they were recorded: prices that are
        set here do not change them. The same again: <code>vmmu reproduce {one.experiment}</code>
      </p>
      {one.figures.map((figure) => (
        <Chart key={`${one.experiment} ${figure.name}`} figure={figure} />
      ))}
    </>
  );
}
