import type { FieldCode, Kopecks } from '../types';

const LARGEST = BigInt(Number.MAX_SAFE_INTEGER);
const SIGN = /(руб\.?|р\.?|₽)$/iu;
/** Digits, all together or in groups of three with one kind of space, and what stands after the separator. */
const SUM = /^([+\-\u2212]?) ?(\d+|\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+)(?:[.,](\d*))?$/u;

/** A sum, read roughly as the real program reads it. */
export function readSum(text: string): Kopecks | FieldCode {
  const bare = text.trim().replace(SIGN, '').trim();
  if (text.trim() === '') return 'required';
  const match = SUM.exec(bare);
  if (!match) return 'not_a_number';
  const [, sign = '', rubles = '', fraction = ''] = match;
  if (fraction.length > 2) return 'too_precise';
  const kopecks = BigInt(rubles.replace(/\D/g, '') + fraction.padEnd(2, '0'));
  if (kopecks > LARGEST) return 'too_large';
  return sign === '' || sign === '+' || kopecks === 0n ? Number(kopecks) : -Number(kopecks);
}

/** A percent in hundredths. */
export function readPercent(text: string): number | FieldCode {
  const hundredths = readSum(text.trim().replace(/%$/, ''));
  if (typeof hundredths === 'string') return hundredths;
  if (hundredths < 0) return 'negative';
  return hundredths <= 10_000 ? hundredths : 'too_large';
}

/** A percent of a sum in whole kopecks. */
export function shareOf(sum: Kopecks, hundredths: number): Kopecks {
  return Number((BigInt(sum) * BigInt(hundredths)) / 10_000n);
}
