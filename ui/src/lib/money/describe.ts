import {
  profileFields,
  type FieldChangeView,
  type FactsView,
  type Kind,
  type OperationView,
  type ProfileField,
  type StoryView,
} from '$lib/backend/types';
import { fieldName } from '$lib/contract/words';
import { formatDate, formatMoney, isIsoDate } from '$lib/format';
import { codeText, isTerm, shownValue, toFields } from '$lib/guest/profile';
import type { Catalogue } from '$lib/i18n/ru';
import type { Fact } from '$lib/ui/Facts.svelte';

/** A date of the office, which may carry a time, for the eye; what the office did not understand stays as typed. */
function day(date: string): string {
  return isIsoDate(date) ? formatDate(date) : date;
}

/** The bonuses of a purchase as the program has counted them: a proposal of ours, never what ProBonus would give. */
export interface Ours {
  /** As the office shows it: `7,5`. */
  percent: string;
}

/** The contents of a receipt without the correlation marker that the program puts on their last line: `#6d4a7046`. */
export function withoutMarker(contents: string): string {
  return contents.replace(/\n?#[0-9a-f]{8}\s*$/, '');
}

/** What codes are called here. */
export interface Names {
  restaurant: (code: string) => string;
  /** Of a level or a type of bonuses. */
  code: (field: ProfileField, code: string) => string;
}

/** What is sent, line by line. */
export function factLines(facts: FactsView, t: Catalogue, names: Names, ours: Ours | null = null): Fact[] {
  const words = t.journal.fields;
  const sum = (label: string, value: number): Fact => ({ label, value: formatMoney(value), number: true });
  const text = (label: string, value: string | null, mono = false): Fact[] => (value ? [{ label, value, mono }] : []);
  switch (facts.kind) {
    case 'refill':
      return [sum(words.sum, facts.sum), ...text(words.comment, facts.comment)];
    case 'register_check':
      return [
        ...text(words.restaurant, names.restaurant(facts.restCode)),
        ...text(words.station, String(facts.station)),
        ...text(words.number, facts.outsideNumber),
        ...text(words.purchasedAt, facts.purchasedAt && day(facts.purchasedAt)),
        sum(words.paid, facts.moneySpent),
        sum(words.discount, facts.discount),
        sum(words.bonusSpent, facts.bonusSpent),
        {
          ...sum(words.bonusAccrued, facts.bonusAccrued),
          note: ours && t.money.check.oursOf(ours.percent, formatMoney(facts.moneySpent)),
        },
        ...text(words.contents, withoutMarker(facts.contents)),
        ...text(words.guid, facts.checkGuid, true),
      ];
    case 'return_check':
      return [
        ...text(words.restaurant, names.restaurant(facts.restCode)),
        ...text(words.station, String(facts.station)),
        ...text(words.number, facts.outsideNumber),
        ...text(words.guid, facts.checkGuid, true),
      ];
    case 'create_guest': {
      const values = toFields(facts.profile);
      return profileFields
        .filter(({ name }) => values[name] !== '')
        .map(({ name, kind }) => ({ label: t.guest.form[name], value: shownValue(kind, values[name], t) }));
    }
    case 'edit_guest':
      return facts.changes.map(({ field, before, after }) => ({
        label: profileField(field, t),
        value: `${profileValue(field, before, t, names)} → ${profileValue(field, after, t, names)}`,
      }));
  }
}

/** What goes back with the return of a purchase. */
export function undoneLines(purchase: Extract<FactsView, { kind: 'register_check' }>, t: Catalogue): Fact[] {
  const words = t.guest.receipt;
  const sum = (label: string, value: number): Fact => ({ label, value: formatMoney(value), number: true });
  return [
    sum(words.bonusAccrued, purchase.bonusAccrued),
    sum(words.bonusSpent, purchase.bonusSpent),
    sum(t.money.preview.turnover, purchase.moneySpent),
  ];
}

/** The operation in one line: «Начислить 500,00 ₽». */
export function headline(facts: FactsView, t: Catalogue): string {
  const words = t.money.preview;
  switch (facts.kind) {
    case 'refill':
      return words.refill(formatMoney(facts.sum));
    case 'register_check':
      return words.check(facts.outsideNumber);
    case 'return_check':
      return words.ret(facts.outsideNumber);
    case 'create_guest':
      return words.create;
    case 'edit_guest':
      return isOfTerms(facts.changes) ? words.terms : words.edit;
  }
}

/** The same when it is done: «Начислено 500,00 ₽». */
export function doneLine(facts: FactsView, t: Catalogue): string {
  const words = t.money.ending.done;
  switch (facts.kind) {
    case 'refill':
      return words.refill(formatMoney(facts.sum));
    case 'register_check':
      return words.register_check(facts.outsideNumber);
    case 'return_check':
      return words.return_check(facts.outsideNumber);
    case 'create_guest':
      return words.create_guest;
    case 'edit_guest':
      return isOfTerms(facts.changes) ? words.terms : words.edit_guest;
  }
}

/** What sets an operation of the journal apart in a list: its number or reason. */
export function remark(operation: OperationView): string {
  const { facts } = operation;
  if (facts.kind === 'register_check' || facts.kind === 'return_check') return `№ ${facts.outsideNumber}`;
  return operation.reason;
}

/** A change of a record in words. */
export function changeText({ field, before, after }: FieldChangeView, t: Catalogue, names: Names): string {
  return `${profileField(field, t)}: ${profileValue(field, before, t, names)} → ${profileValue(field, after, t, names)}`;
}

/** What codes are called in the story of an operation, which knows more names than the open card. */
export function namesOf({ codes }: Pick<StoryView, 'codes'>, names: Names): Names {
  const named = (field: ProfileField, code: string) =>
    codes.find((one) => one.field === field)?.choices.find((choice) => choice.code === code);
  return {
    ...names,
    code: (field, code) => {
      const known = named(field, code);
      return known ? codeText(code, [known]) : names.code(field, code);
    },
  };
}

function profileField(field: string, t: Catalogue): string {
  const known = profileFields.find(({ name }) => name === field);
  return known ? t.guest.form[known.name] : fieldName(field, t.contract);
}

function profileValue(field: string, value: string, t: Catalogue, names: Names): string {
  const known = profileFields.find(({ name }) => name === field);
  if (known?.kind === 'code' && value !== '') return names.code(known.name, value);
  return shownValue(known?.kind ?? 'text', value, t);
}

/** Whether an edit is about the terms of the account, and not about the profile. */
function isOfTerms(changes: FieldChangeView[]): boolean {
  const terms = profileFields.filter(isTerm).map(({ name }): string => name);
  return changes.length > 0 && changes.every(({ field }) => terms.includes(field));
}

/** Whether the balance moves at all by an operation of this kind. */
export function movesBalance(kind: Kind): boolean {
  return kind !== 'create_guest' && kind !== 'edit_guest';
}
