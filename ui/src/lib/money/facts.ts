import {
  profileFields,
  type FactsView,
  type OperationForm,
  type OperationView,
  type PreviewView,
  type TextKind,
  type TypedText,
} from '$lib/backend/types';
import { dayOf, sumOf, type Answers } from '$lib/format/understood.svelte';

const days = profileFields.filter(({ kind }) => kind === 'day').map(({ name }) => name);
const sums = ['moneySpent', 'discount', 'bonusSpent', 'bonusAccrued'] as const;

/** The texts of a form that its confirmation shows as numbers and days: the office says which. Empty ones are left out. */
export function textsOf(form: OperationForm): TypedText[] {
  const typed = (key: string, kind: TextKind, text: string) => (text.trim() === '' ? [] : [{ key, kind, text }]);
  switch (form.kind) {
    case 'refill':
      return typed('sum', 'sum', form.sum);
    case 'register_check':
      return [
        ...sums.flatMap((key) => typed(key, 'sum', form[key])),
        ...typed('purchasedAt', 'receipt_date', form.purchasedAt),
      ];
    case 'create_guest':
      return days.flatMap((name) => typed(name, 'birthday', String(form.profile[name] ?? '')));
    default:
      return [];
  }
}

/**
 * What a form that the office has accepted will send, in the shape in which the journal shows it afterwards. `answers` are
 * those to `textsOf` the form; a sum that was left empty is nothing.
 */
export function factsOf(
  form: OperationForm,
  preview: PreviewView,
  answers: Answers,
  purchase?: OperationView,
): FactsView {
  const sum = (field: string) => sumOf(answers[field]) ?? 0;
  switch (form.kind) {
    case 'create_guest':
      return {
        kind: 'create_guest',
        group: form.group,
        profile: {
          ...form.profile,
          ...Object.fromEntries(days.map((name) => [name, dayOf(answers[name]) ?? form.profile[name]])),
        },
      };
    case 'edit_guest':
      return { kind: 'edit_guest', changes: preview.changes };
    case 'refill':
      return {
        kind: 'refill',
        sum: sum('sum'),
        comment: [form.reason, form.note]
          .map((part) => part.trim())
          .filter(Boolean)
          .join(': '),
      };
    case 'register_check':
      return {
        kind: 'register_check',
        restCode: form.restCode,
        checkGuid: form.checkGuid ?? '',
        station: Number(form.station),
        outsideNumber: form.outsideNumber,
        moneySpent: sum('moneySpent'),
        discount: sum('discount'),
        bonusSpent: sum('bonusSpent'),
        bonusAccrued: sum('bonusAccrued'),
        contents: form.contents,
        purchasedAt: dayOf(answers.purchasedAt) ?? form.purchasedAt,
      };
    case 'return_check': {
      const facts = purchase?.facts.kind === 'register_check' ? purchase.facts : null;
      return {
        kind: 'return_check',
        restCode: facts?.restCode ?? '',
        checkGuid: facts?.checkGuid ?? '',
        station: facts?.station ?? 0,
        outsideNumber: facts?.outsideNumber ?? '',
      };
    }
    case 'return_foreign':
      return {
        kind: 'return_check',
        restCode: form.restCode,
        checkGuid: form.checkGuid,
        station: Number(form.station),
        outsideNumber: form.outsideNumber,
      };
  }
}
