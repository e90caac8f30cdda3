import type { ErrorCode, ErrorData } from '$lib/backend/types';
import type { ErrorText } from '$lib/i18n/error-text';
import type { Catalogue } from '$lib/i18n/ru';

/** Failures of the way to a server: their own words are about the address of ProBonus, which is not the matter here. */
const offline: ErrorCode[] = [
  'name_not_resolved',
  'cannot_connect',
  'unreachable',
  'no_tls',
  'tls_too_old',
  'timeout',
  'slow_answer',
  'connection_lost',
];

/** The words of a failed check or installation, where the general ones do not fit. */
export function updateWords({ code }: ErrorData, t: Catalogue): ErrorText | undefined {
  return offline.includes(code) ? t.update.offline : undefined;
}
