import type { FactsView, OperationForm, OperationView, PreviewView } from '$lib/backend/types';
import { parseSum } from '$lib/format';

/** A sum of a form that the office has accepted; what was left empty is nothing. */
function sum(text: string): number {
  const parsed = parseSum(text);
  return parsed.ok ? parsed.kopecks : 0;
}

/** What a form that the office has accepted will send, in the shape in which the journal shows it afterwards. */
export function factsOf(form: OperationForm, preview: PreviewView, purchase?: OperationView): FactsView {
  switch (form.kind) {
    case 'create_guest':
      return { kind: 'create_guest', group: form.group, profile: form.profile };
    case 'edit_guest':
      return { kind: 'edit_guest', changes: preview.changes };
    case 'refill':
      return {
        kind: 'refill',
        sum: sum(form.sum),
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
        moneySpent: sum(form.moneySpent),
        discount: sum(form.discount),
        bonusSpent: sum(form.bonusSpent),
        bonusAccrued: sum(form.bonusAccrued),
        contents: form.contents,
        purchasedAt: form.purchasedAt,
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
