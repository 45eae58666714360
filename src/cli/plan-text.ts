/** A plan for a terminal: the answer first. */
import { answerOf } from '../plan/answer.js';
import type { Plan } from '../plan/plan.js';
import { planReport } from '../plan/sheets.js';
import { linesOf } from '../report/lines.js';
import { reportText } from '../report/table.js';

const WIDTH = 118;

export function planText(plan: Plan): string {
  const { sections, notes } = planReport(plan);
  return `${broken(answerOf(plan))}\n\n${reportText({ sections, notes: [broken(notes)] })}`;
}

function broken(sentences: readonly string[]): string {
  return sentences.map((sentence) => linesOf(sentence, (line) => line.length <= WIDTH).join('\n  ')).join('\n');
}
