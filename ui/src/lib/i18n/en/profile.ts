import type { ProfileField } from '$lib/backend/types';

export const profile: Record<ProfileField, string> = {
  surname: 'Surname',
  name: 'Name',
  patronymic: 'Patronymic',
  birthday: 'Birthday',
  sex: 'Sex',
  email: 'E-mail',
  identifiers: 'Card numbers',
  discountLevel: 'Level',
  bonusType: 'Type of bonuses',
  bonusLifetime: 'Life of bonuses',
};
