import type { Choice, ProfileField, TermView } from '$lib/backend/types';
import type { Catalogue } from '$lib/i18n/ru';
import { codeText, type ProfileFields } from './profile';

/** The codes to choose from, the account's own among them. */
export function options(term: TermView, own: string): { value: string; text: string }[] {
  const isKnown = own === '' || term.choices.some(({ code }) => code === own);
  const choices: Choice[] = isKnown ? term.choices : [{ code: own, name: '' }, ...term.choices];
  return choices.map(({ code }) => ({ value: code, text: codeText(code, choices) }));
}

/** What follows for the guest, and what of it nobody but the server knows. */
export function consequences(
  terms: TermView[],
  before: ProfileFields,
  after: ProfileFields,
  name: (field: ProfileField, code: string) => string,
  t: Catalogue,
): string[] {
  const words = t.guest.terms;
  const days = (text: string) => (/^\d+$/.test(text) ? t.guest.form.days(Number(text)) : text);
  return terms.flatMap(({ field, shown }) => {
    const [from, to] = [before[field].trim(), after[field].trim()];
    if (from === to || to === '') return [];
    return [...follows(field, from, to), ...(shown ? [] : [words.unshown])];
  });

  function follows(field: ProfileField, from: string, to: string): string[] {
    switch (field) {
      case 'discountLevel':
        return [
          from === '' ? words.levelAnew(name(field, to)) : words.level(name(field, from), name(field, to)),
          words.ladder,
        ];
      case 'bonusType':
        return [words.bonusType(name(field, to))];
      case 'bonusLifetime':
        return [from === '' ? words.lifetimeAnew(days(to)) : words.lifetime(days(to), days(from)), words.lifetimeOld];
      default:
        return [];
    }
  }
}
