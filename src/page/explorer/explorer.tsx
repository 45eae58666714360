/** The walk explorer: one translation in the simulator's own walker, step by step, and a guest's history under both designs. */
/// <reference types="vite/client" />
import { useMemo } from 'preact/hooks';
import type { View, ViewProps } from '../view.js';
import { CHOICES, keyOf, type ChoiceName } from './asked.js';
import { Controls } from './controls.js';
import { answer } from './explained.js';
import { HistoryView } from './history-view.js';
import { WalkView } from './walk-view.js';
import './explorer.css';

export const explorer: View = {
  id: 'explorer',
  title: 'Walk explorer',
  show: ({ chosen, choose }) => <Explorer chosen={chosen} choose={choose} />,
};

function Explorer({ chosen, choose }: Pick<ViewProps, 'chosen' | 'choose'>) {
  const asked = [...Object.keys(CHOICES), 'gva', 'fault'].map((name) => chosen[keyOf(name as ChoiceName)]);
  const { explained, complaint } = useMemo(() => answer(chosen), asked);
  return (
    <div class="explorer">
      <Controls chosen={chosen} choose={choose} complaint={complaint} />
      {explained !== null && <WalkView explained={explained} complaint={complaint} chosen={chosen} choose={choose} />}
      <HistoryView chosen={chosen} choose={choose} />
    </div>
  );
}
