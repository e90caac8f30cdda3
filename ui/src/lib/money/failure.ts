import type { ErrorCode, Failure } from '$lib/backend/types';
import type { ErrorText } from '$lib/i18n/error-text';
import type { Catalogue } from '$lib/i18n/ru';

/** A failed request in the journal has the words of a command that failed in the same way. */
export function failureText({ kind, precondition }: Failure, t: Catalogue): ErrorText {
  if (precondition === 'already_on_server') return t.journal.alreadyOnServer;
  const code: ErrorCode = precondition ?? (kind === 'refused' ? 'server_refused' : kind);
  return t.errors[code];
}
