/** The simulator's answer to what is asked, or what is wrong with the question. */
import type { RunConfig } from '../../config/schema.js';
import { UsageError } from '../../errors.js';
import { breakableReferences, explainMapping } from '../../explain/generated.js';
import { mappingTables } from '../../explain/mapping.js';
import type { Break, MappingRequest } from '../../explain/mapping-choices.js';
import { defaultMachine, mappingConfig } from '../../explain/mapping-request.js';
import type { Explanation, ReferenceStep } from '../../explain/step.js';
import { choiceOf, faultIn, FITTING, OWN, requestIn, subjectOf, type Chosen } from './asked.js';
import { namedMachine } from './named-machine.js';

export interface Complaint {
  /** The choice that it is about. */
  readonly subject: string;
  /** One line. */
  readonly message: string;
}

export interface Explained {
  readonly explanation: Explanation;
  readonly tables: ReturnType<typeof mappingTables>;
  /** The entries that can be broken, by their numbers. */
  readonly breakable: readonly ReferenceStep[];
}

export interface Answer {
  /** null where the question cannot be answered. */
  readonly explained: Explained | null;
  readonly complaint: Complaint | null;
}

export function answer(chosen: Chosen): Answer {
  try {
    return { explained: explain(chosen, faultIn(chosen)), complaint: null };
  } catch (error) {
    const complaint = complaintOf(error);
    // A fault that cannot be is left out, so that the walk is still there to choose another one.
    return { explained: complaint.subject === 'fault' ? explain(chosen, null) : null, complaint };
  }
}

export function complaintOf(error: unknown): Complaint {
  if (!(error instanceof UsageError)) throw error;
  return { subject: subjectOf(error), message: error.message };
}

function explain(chosen: Chosen, fault: Break | null): Explained {
  const request = requestIn(chosen, fault);
  const config = configOf(chosen, request);
  return {
    explanation: explainMapping(request, config),
    tables: mappingTables(request, config),
    breakable: breakableReferences(request, config),
  };
}

function configOf(chosen: Chosen, request: MappingRequest): RunConfig {
  const machine = choiceOf(chosen, 'machine');
  const caches = choiceOf(chosen, 'walk-caches');
  const name = machine === FITTING ? defaultMachine(request) : machine;
  return mappingConfig(request, namedMachine(name, caches === OWN ? null : caches));
}
