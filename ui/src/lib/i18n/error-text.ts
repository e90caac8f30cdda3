import type { ErrorCode, ErrorData } from '$lib/backend/types';
import type { Catalogue } from './ru';

/** What happened, and what to do about it. */
export interface ErrorText {
  title: string;
  todo: string;
  /** At the field that causes it, where `todo` has no room: what happened and what to do, in one line. */
  field?: string;
}

export interface Answered {
  code: ErrorCode;
  details: { status?: number | null };
}

/** The words of an error. A server that asks for patience (429) did answer, and did not fail. */
export function errorText({ code, details }: Answered, t: Catalogue): ErrorText {
  return code === 'server_fault' && details.status === 429 ? t.tooManyRequests : t.errors[code];
}

/** What a person can pass on to support: in words of this language, but for the program’s own line of its log. */
export function technicalText({ details, message }: ErrorData, t: Catalogue): string {
  const words = t.common.detail;
  const isPlace = details.technical?.startsWith('$');
  const own = [isPlace ? null : details.technical, message].filter(Boolean);
  return [
    details.status && words.status(details.status),
    details.method && words.method(t.contract.methods[details.method]),
    isPlace && details.technical && words.place(details.technical),
    own.length > 0 && words.support(own.join('; ')),
  ]
    .filter(Boolean)
    .join('\n');
}
