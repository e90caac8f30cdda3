import type { AuthKind, KeychainProblem, Remember, SecretForm } from '$lib/backend/types';
import type { ErrorCode } from '$lib/backend/types';
import { errorText, type Answered, type ErrorText } from '$lib/i18n/error-text';
import type { Catalogue } from '$lib/i18n/ru';

/** What is typed to sign in. It lives in the form only, and never in a draft. */
export interface Secret {
  way: AuthKind;
  token: string;
  login: string;
  password: string;
  memoryOnly: boolean;
}

export function blankSecret(way: AuthKind = 'token', login = ''): Secret {
  return { way, token: '', login, password: '', memoryOnly: false };
}

export function toForm(secret: Secret): SecretForm {
  return secret.way === 'token'
    ? { kind: 'token', token: secret.token }
    : { kind: 'login', login: secret.login, password: secret.password };
}

export function remember(secret: Secret): Remember {
  return secret.memoryOnly ? 'memory' : 'keychain';
}

/** The words for an attempt that failed: a secret that was just typed and is not accepted is a wrong one. */
export function signInWords(error: Answered, way: AuthKind, t: Catalogue): ErrorText {
  return error.code === 'sign_in_again' ? t.wizard.wrongSecret[way] : errorText(error, t);
}

/** The words for a keychain that can't be used. */
export const keychainCodes: Record<KeychainProblem, ErrorCode> = {
  locked: 'keychain_locked',
  missing: 'keychain_missing',
  refused: 'keychain_refused',
  timeout: 'keychain_timeout',
};
