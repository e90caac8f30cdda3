import type { ErrorCode } from '$lib/backend/types';
import type { Catalogue } from './ru';

/** What happened, and what to do about it. */
export interface ErrorText {
  title: string;
  todo: string;
}

export interface Answered {
  code: ErrorCode;
  details: { status?: number | null };
}

/** The words of an error. A server that asks for patience (429) did answer, and did not fail. */
export function errorText({ code, details }: Answered, t: Catalogue): ErrorText {
  return code === 'server_fault' && details.status === 429 ? t.tooManyRequests : t.errors[code];
}
