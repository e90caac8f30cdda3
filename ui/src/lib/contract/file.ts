import { AppError } from '$lib/backend/backend';
import type { DescriptionForm } from '$lib/backend/types';
import { textOf } from './text';

/** The largest file that is looked at, bytes: as large as an answer of the server may be. */
const LARGEST_FILE = 8 * 1024 * 1024;

/** The description, or an exported contract, that a person chose. Throws for a file that is too large to be one. */
export async function descriptionIn(file: File): Promise<DescriptionForm> {
  if (file.size > LARGEST_FILE) {
    throw new AppError({ class: 'failed', code: 'description_unreadable', message: 'too large', details: {} });
  }
  return { kind: 'file', name: file.name, text: textOf(await file.arrayBuffer()) };
}
