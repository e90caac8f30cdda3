import type { ProfileView } from '$lib/backend/types';
import { formatDate, isIsoDate } from '$lib/format';
import type { Catalogue } from '$lib/i18n/ru';

/** A profile in a form: the identifiers one a line, the date as it is typed. */
export interface ProfileFields extends Omit<ProfileView, 'sex' | 'identifiers'> {
  sex: 'male' | 'female' | '';
  identifiers: string;
}

export function blankProfile(): ProfileFields {
  return { surname: '', name: '', patronymic: '', birthday: '', sex: '', email: '', identifiers: '' };
}

export function toFields(profile: ProfileView): ProfileFields {
  return {
    ...profile,
    birthday: isIsoDate(profile.birthday) ? formatDate(profile.birthday) : profile.birthday,
    sex: profile.sex ?? '',
    identifiers: profile.identifiers.join('\n'),
  };
}

export function fromFields(fields: ProfileFields): ProfileView {
  return {
    ...fields,
    sex: fields.sex === '' ? null : fields.sex,
    identifiers: fields.identifiers
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  };
}

/** The operator's edits laid over a profile that has moved on meanwhile: what they did not touch follows the server. */
export function rebase(edited: ProfileFields, before: ProfileFields, now: ProfileFields): ProfileFields {
  const names = Object.keys(now) as (keyof ProfileFields)[];
  const kept = names.filter((name) => edited[name] !== before[name]);
  return { ...now, ...Object.fromEntries(kept.map((name) => [name, edited[name]])) };
}

/** The fields that a person sees, in their order. */
export const profileNames = ['surname', 'name', 'patronymic', 'birthday', 'sex', 'email', 'identifiers'] as const;
export type ProfileName = (typeof profileNames)[number];

/** A field as it is shown. */
export function shown(name: ProfileName, profile: ProfileFields, words: Catalogue): string {
  if (name === 'sex') return profile.sex === '' ? words.common.none : words.common.sex[profile.sex];
  return profile[name].trim() || words.common.none;
}

/** The fields in which three versions of a profile differ, and who changed each. */
export function versionRows(read: ProfileFields, wanted: ProfileFields, now: ProfileFields) {
  return profileNames
    .map((name) => ({
      name,
      byUs: read[name].trim() !== wanted[name].trim(),
      byThem: read[name].trim() !== now[name].trim(),
    }))
    .filter(({ byUs, byThem }) => byUs || byThem);
}
