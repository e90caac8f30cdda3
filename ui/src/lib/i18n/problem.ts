import type { ErrorCode, FieldError } from '$lib/backend/types';
import { formatDate, formatMoney } from '$lib/format';
import type { Catalogue } from './ru';

/** What stands at a field: what is wrong with the typed text, or a refusal that this field can mend. */
export type Problem = FieldError | { field: string; refusal: ErrorCode };
export type Problems = Record<string, Problem>;

/** Refusals that one field is the cause of. */
const causes: Partial<Record<ErrorCode, string>> = {
  outside_number_taken: 'outsideNumber',
  balance_too_low: 'bonusSpent',
  group_has_no_template: 'group',
  phone_known: 'phone',
  phone_format_unknown: 'phone',
  guid_taken: 'checkGuid',
};

export function problemsOf({ code, details }: { code: ErrorCode; details: { fields?: FieldError[] } }): Problems {
  const cause = causes[code];
  const found: Problem[] = [...(details.fields ?? []), ...(cause ? [{ field: cause, refusal: code }] : [])];
  return Object.fromEntries(found.map((problem) => [problem.field, problem]));
}

/**
 * What is left of the problems while someone works on the field of this name: what was said of it is no longer true.
 * A problem may stand deeper than its field (`auth.token`, `profile.name`), or at a line of it (`refillReasons.2`).
 */
export function mended(problems: Problems, name: string): Problems {
  if (name === '') return problems;
  const named = (field: string) => field === name || field.endsWith(`.${name}`) || field.startsWith(`${name}.`);
  const left = Object.entries(problems).filter(([field]) => !named(field));
  return left.length === Object.keys(problems).length ? problems : Object.fromEntries(left);
}

/** The name of the field in which someone types. */
export function typedInto(event: Event): string {
  return event.target instanceof Element ? (event.target.getAttribute('name') ?? '') : '';
}

export function problemText(problem: Problem | undefined, t: Catalogue): string | null {
  if (!problem) return null;
  if ('refusal' in problem) return t.errors[problem.refusal].field ?? t.errors[problem.refusal].title;
  const { digits, digitsNeeded } = problem;
  if (typeof digits === 'number' && typeof digitsNeeded === 'number') return t.common.digits(digits, digitsNeeded);
  const text = t.fieldErrors[problem.code];
  if (problem.limit !== null && problem.limit !== undefined) return `${text}: ${formatMoney(problem.limit)}`;
  if (problem.max !== null && problem.max !== undefined) return `${text} (${t.common.atMost(problem.max)})`;
  if (problem.earliest) return `${text} (${t.common.notBefore(formatDate(problem.earliest))})`;
  return text;
}
