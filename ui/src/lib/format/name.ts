import type { ProfileView } from '$lib/backend/types';

/** Surname, name and patronymic, or an empty text. */
export function fullName(profile: Pick<ProfileView, 'surname' | 'name' | 'patronymic'>): string {
  return [profile.surname, profile.name, profile.patronymic].filter(Boolean).join(' ');
}
