import {
  profileFields,
  type Choice,
  type ProfileField,
  type ProfileFieldView,
  type ProfileView,
} from '$lib/backend/types';
import { formatDate, isIsoDate } from '$lib/format';
import type { Catalogue } from '$lib/i18n/ru';

/** A profile in a form: every value a text, the entries of a list one a line, the date as it is typed. */
export type ProfileFields = Record<ProfileField, string>;

type Kind = ProfileFieldView['kind'];

function fieldsOf(text: (field: ProfileFieldView) => string): ProfileFields {
  return Object.fromEntries(profileFields.map((field) => [field.name, text(field)])) as ProfileFields;
}

export function blankProfile(): ProfileFields {
  return fieldsOf(() => '');
}

export function toFields(profile: ProfileView): ProfileFields {
  return fieldsOf(({ name }) => {
    const value = profile[name] ?? '';
    if (Array.isArray(value)) return value.join('\n');
    return isIsoDate(value) ? formatDate(value) : value;
  });
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function typed(kind: Kind, text: string): string | string[] | null {
  if (kind === 'list') return lines(text);
  return kind === 'sex' && text === '' ? null : text;
}

export function fromFields(fields: ProfileFields): ProfileView {
  return Object.fromEntries(
    profileFields.map(({ name, kind }) => [name, typed(kind, fields[name] ?? '')]),
  ) as unknown as ProfileView;
}

/** The operator's edits laid over a profile that has moved on meanwhile: what they did not touch follows the server. */
export function rebase(edited: ProfileFields, before: ProfileFields, now: ProfileFields): ProfileFields {
  return fieldsOf(({ name }) => ((edited[name] ?? before[name]) === before[name] ? now[name] : edited[name]));
}

/** A value as it is shown: a field's own form of it in words; an empty one is told. */
export function shownValue(kind: Kind, text: string, words: Catalogue): string {
  const value = text.trim();
  if (value === '') return words.common.none;
  if (kind === 'sex' && (value === 'male' || value === 'female')) return words.common.sex[value];
  if (kind === 'days' && /^\d+$/.test(value)) return words.guest.form.days(Number(value));
  return kind === 'day' && isIsoDate(value) ? formatDate(value) : value;
}

/** A code of a directory with its name: «Золотой (3)». */
export function codeText(code: string, choices: Choice[]): string {
  const name = choices.find((choice) => choice.code === code)?.name;
  return name ? `${name} (${code})` : code;
}

/** The terms of the account, which are edited apart from the profile. */
export const isTerm = ({ group }: ProfileFieldView): boolean => group === 'terms';

/** The fields in which two profiles differ. */
export function changedFields(before: ProfileFields, after: ProfileFields): ProfileFieldView[] {
  return profileFields.filter(({ name }) => before[name].trim() !== after[name].trim());
}

/** The fields in which three versions of a profile differ, and who changed each. */
export function versionRows(read: ProfileFields, wanted: ProfileFields, now: ProfileFields) {
  return profileFields
    .map(({ name, kind }) => ({
      name,
      kind,
      byUs: read[name].trim() !== wanted[name].trim(),
      byThem: read[name].trim() !== now[name].trim(),
    }))
    .filter(({ byUs, byThem }) => byUs || byThem);
}
