import type { ErrorCode, Failure, Notice, OperationView } from '$lib/backend/types';
import { errorText, type ErrorText } from '$lib/i18n/error-text';
import type { Catalogue } from '$lib/i18n/ru';

/** Whether the server refused an operation, and it is not known whether it was done all the same. */
export function doubtedRefusal({ state, failure }: OperationView): boolean {
  return state === 'unknown' && failure?.delivery === 'refused';
}

/** A failed request in the journal has the words of a command that failed in the same way. */
export function failureText({ kind, precondition, status, detail }: Failure, t: Catalogue): ErrorText {
  if (precondition === 'already_on_server') return t.journal.alreadyOnServer;
  if (precondition === 'similar_on_server') return t.journal.similarOnServer;
  if (precondition === 'journal_replaced') return t.journal.journalReplaced;
  if (precondition === 'outcome_not_recorded') return t.journal.outcomeNotRecorded;
  if (precondition === 'not_shown') return t.journal.notShown;
  // Of money the detail says whose account it may be; the edit of a guest who is not found has none.
  if (precondition === 'account_not_found' && detail) return t.journal.ownerDoubted;
  if (precondition === 'group_changed') return t.journal.groupChanged;
  const code: ErrorCode = precondition ?? (kind === 'refused' ? 'server_refused' : kind);
  return errorText({ code, details: { status } }, t);
}

/** Failures that the server itself has told, each by a status. What a portal or a proxy says is none of them. */
const told: Failure['kind'][] = ['server_fault', 'refused', 'forbidden', 'sign_in_again', 'no_such_method', 'timeout'];

/** The status of a server that failed, and said so; `null`: none, or it asked for patience. */
function faultStatus({ kind, status }: Failure): number | null {
  return status !== null && status >= 400 && status !== 429 && told.includes(kind) ? status : null;
}

/** Why the outcome is unknown, and what is done about it. */
export function unknownText(failure: Failure | null, t: Catalogue): string {
  // No silent server is to blame.
  if (failure?.precondition) return failureText(failure, t).todo;
  const words = t.money.ending;
  const status = failure && faultStatus(failure);
  if (status !== null) return words.unknownAnswered(status);
  const isSilent = failure === null || silent.includes(failure.kind);
  return isSilent ? words.unknownBody : words.unknownWhy(failureText(failure, t).title);
}

/** Failures of which nobody has answered. */
const silent: Failure['kind'][] = ['timeout', 'slow_answer', 'connection_lost', 'cannot_connect', 'unreachable'];

/** Why the operation waits, and what becomes of it. */
export function waitingText(failure: Failure | null, t: Catalogue): string {
  const words = t.money.ending;
  const status = failure && !failure.precondition ? faultStatus(failure) : null;
  if (status !== null) return words.waitingAnswered(status);
  return words.waitingBody(failure ? failureText(failure, t).title : '');
}

/** What the operator should know before they confirm. A server that answered with an error is not called silent. */
export function noticeText(notice: Notice, t: Catalogue): string {
  const words = t.money;
  if (notice.notice !== 'server_silent') return words.notice[notice.notice];
  const status = faultStatus(notice.failure);
  return words.serverSilent(status === null ? failureText(notice.failure, t).title : words.serverAnswered(status));
}
