import type { Place, SecretConstant, SecretConstantEntry } from '$lib/backend/types';
import type { Answered } from '$lib/i18n/error-text';

/** A key that a server wants besides the sign-in, while it is typed. It lives in the form only, and never in a draft. */
export interface TypedKey {
  place: Place;
  name: string;
  value: string;
  /** The server asks for it by this name. */
  asked: boolean;
}

export const byHand = (): TypedKey => ({ place: 'header', name: '', value: '', asked: false });

/** The keys with those that a server asks for; what was typed of them stays. */
export function withAsked(keys: TypedKey[], wanted: SecretConstant[]): TypedKey[] {
  const known = ({ place, name }: SecretConstant) =>
    keys.some((key) => key.asked && key.place === place && key.name === name);
  const asked = wanted.filter((one) => !known(one)).map((one) => ({ ...one, value: '', asked: true }));
  return [...keys, ...asked];
}

export function toKeys(keys: TypedKey[]): SecretConstantEntry[] {
  return keys.map(({ place, name, value, asked }) => ({ place, name, value, asked }));
}

/** Whether a key may be what is missing: the server answered, and lets nobody in. */
export function keyMayHelp({ code, details }: Answered): boolean {
  return code === 'sign_in_again' || code === 'forbidden' || details.status === 401 || details.status === 403;
}
