import type { ProfileField } from '$lib/backend/types';

/** The fields of a guest's profile and the terms of the account, as a form's labels have them. */
export const profile: Record<ProfileField, string> = {
  surname: 'Фамилия',
  name: 'Имя',
  patronymic: 'Отчество',
  birthday: 'День рождения',
  sex: 'Пол',
  email: 'Эл. почта',
  identifiers: 'Номера карт',
  discountLevel: 'Уровень',
  bonusType: 'Тип бонусов',
  bonusLifetime: 'Срок жизни бонусов',
};
