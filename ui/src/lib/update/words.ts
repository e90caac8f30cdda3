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

/** Failures of a proxy or of trust, whose own words send people to the address of ProBonus. */
const ofTheWay: ErrorCode[] = [
  'proxy',
  'certificate',
  'certificate_expired',
  'certificate_not_yet_valid',
  'certificate_other_host',
  'certificate_not_trusted',
];

/** The words of a failed check or installation, where the general ones do not fit. */
export function updateWords({ code }: ErrorData, t: Catalogue): ErrorText | undefined {
  if (code === 'busy') return t.update.busy;
  if (ofTheWay.includes(code)) return { title: t.errors[code].title, todo: t.update.way };
  return offline.includes(code) ? t.update.offline : undefined;
}
