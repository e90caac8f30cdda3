import { formatDate, formatPhone, formatSumInput, parseDate } from '$lib/format';
import type { FieldCode, Kopecks, TypedText, Understood, UnderstoodValue } from '../types';
import { readPercent, readSum, shareOf } from './sums';

const sum = (kopecks: Kopecks | FieldCode): UnderstoodValue | FieldCode =>
  typeof kopecks === 'string' ? kopecks : { kind: 'sum', kopecks, text: formatSumInput(kopecks) };

function share(percent: string, of: string): UnderstoodValue | FieldCode {
  const [whole, hundredths] = [readSum(of), readPercent(percent)];
  if (typeof whole === 'string') return whole;
  return typeof hundredths === 'string' ? hundredths : sum(shareOf(whole, hundredths));
}

function percent(text: string): UnderstoodValue | FieldCode {
  const hundredths = readPercent(text);
  if (typeof hundredths === 'string') return hundredths;
  return { kind: 'percent', hundredths, text: String(hundredths / 100).replace('.', ',') };
}

function valueOf({ kind, text, of }: TypedText): UnderstoodValue | FieldCode {
  if (kind === 'sum') return sum(readSum(text));
  if (kind === 'share') return share(text, of ?? '');
  if (kind === 'percent') return percent(text);
  if (text.trim() === '') return 'required';
  if (kind === 'phone') return { kind, e164: text, text: formatPhone(text) };
  const iso = parseDate(text);
  return iso ? { kind: 'date', iso, text: formatDate(iso) } : 'not_a_date';
}

export function understood(typed: TypedText): Understood {
  const told = valueOf(typed);
  const { key } = typed;
  return typeof told === 'string' ? { key, value: null, error: told } : { key, value: told, error: null };
}
