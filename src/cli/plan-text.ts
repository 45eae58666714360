/** The answer of a plan for a terminal. */
import { answerOf } from '../plan/answer.js';
import type { Plan } from '../plan/plan.js';
import { linesOf } from '../report/lines.js';

const WIDTH = 118;

export function answerText(plan: Plan): string {
  return answerOf(plan)
    .map((sentence) => `${linesOf(sentence, (line) => line.length <= WIDTH).join('\n  ')}\n`)
    .join('');
}
