import type { DescriptionForm, ErrorCode } from '$lib/backend/types';
import { descriptionIn } from '$lib/contract/file';

/** How it is found out how a server wants its calls. Whatever a server describes, one of these leads on. */
export const ways = ['find', 'table', 'address', 'file'] as const;
export type Way = (typeof ways)[number];

/** What is said to the office; `null`: no file was chosen yet. */
export async function toDescription(way: Way, address: string, file: File | null): Promise<DescriptionForm | null> {
  if (way === 'address') return { kind: 'address', address };
  if (way === 'file') return file && descriptionIn(file);
  return { kind: way };
}

/** Failures to connect behind which another way may lead on: the server answered, and not as its description has it. */
export const anotherWayHelps: ErrorCode[] = [
  'unsupported',
  'no_such_method',
  'unreadable',
  'not_pro_bonus',
  'web_page',
  'server_refused',
  'server_fault',
  'forbidden',
  'description_not_found',
  'description_unreadable',
  'description_of_other',
  'description_unprotected',
  'file_newer',
  'file_broken',
];
