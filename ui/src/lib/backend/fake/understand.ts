import { formatDate, formatPhone, formatSumInput, parseDate, parseSum, percentOf } from '$lib/format';
import type { FieldCode, TypedText, Understood, UnderstoodValue } from '../types';

function valueOf({ kind, text, of }: TypedText): UnderstoodValue | FieldCode {
  if (text.trim() === '') return 'required';
  if (kind === 'sum') {
    const sum = parseSum(text);
    if (!sum.ok) return sum.problem === 'too_precise' ? 'too_precise' : 'not_a_number';
    return { kind: 'sum', kopecks: sum.kopecks, text: formatSumInput(sum.kopecks) };
  }
  if (kind === 'share') {
    const sum = parseSum(of ?? '');
    const share = sum.ok ? percentOf(sum.kopecks, text) : null;
    return share === null ? 'not_a_number' : { kind: 'sum', kopecks: share, text: formatSumInput(share) };
  }
  if (kind === 'percent') return percentOf(100, text) === null ? 'not_a_number' : { kind, hundredths: 0, text };
  if (kind === 'phone') return { kind, e164: text, text: formatPhone(text) };
  const iso = parseDate(text);
  return iso ? { kind: 'date', iso, text: formatDate(iso) } : 'not_a_date';
}

export function understood(typed: TypedText): Understood {
  const told = valueOf(typed);
  const { key } = typed;
  return typeof told === 'string' ? { key, value: null, error: told } : { key, value: told, error: null };
}
