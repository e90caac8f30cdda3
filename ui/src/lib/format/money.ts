import type { Kopecks } from '$lib/backend/types';

/** Narrow no-break space: between groups of digits and before the sign of the ruble. */
const GAP = '\u202f';
const MINUS = '\u2212';
/** 2⁵³ − 1 kopecks, the office's own bound. */
const LARGEST = Number.MAX_SAFE_INTEGER;

export type SumProblem = 'empty' | 'not_a_number' | 'too_precise' | 'out_of_range';
export type ParsedSum = { ok: true; kopecks: Kopecks } | { ok: false; problem: SumProblem };

function digitsOf(kopecks: Kopecks): string {
  const whole = Math.abs(kopecks);
  const rubles = String(Math.trunc(whole / 100)).replace(/\B(?=(\d{3})+$)/g, GAP);
  return `${rubles},${String(whole % 100).padStart(2, '0')}`;
}

/** `1 234,56 ₽`, with a true minus. */
export function formatMoney(kopecks: Kopecks): string {
  return `${kopecks < 0 ? MINUS : ''}${digitsOf(kopecks)}${GAP}₽`;
}

/** The same with a plus for what is to the guest's good: `+500,00 ₽`. */
export function formatChange(kopecks: Kopecks): string {
  return kopecks > 0 ? `+${formatMoney(kopecks)}` : formatMoney(kopecks);
}

/** As typed into a field: `1 234,56`. */
export function formatSumInput(kopecks: Kopecks): string {
  return `${kopecks < 0 ? '-' : ''}${digitsOf(kopecks)}`;
}

/** Rubles as people type them. The office parses the same text again; this is for echoes and sums on the page. */
export function parseSum(text: string): ParsedSum {
  const bare = text.replace(/[\s₽]|р\.?$/giu, '').replace(MINUS, '-');
  if (bare === '') return { ok: false, problem: 'empty' };
  const match = /^(-?)(\d+)(?:[.,](\d*))?$/.exec(bare);
  if (!match) return { ok: false, problem: 'not_a_number' };
  const [, sign, rubles = '', fraction = ''] = match;
  if (fraction.length > 2) return { ok: false, problem: 'too_precise' };
  const kopecks = Number(rubles) * 100 + Number(fraction.padEnd(2, '0'));
  if (!Number.isSafeInteger(kopecks) || kopecks > LARGEST) return { ok: false, problem: 'out_of_range' };
  return { ok: true, kopecks: sign && kopecks > 0 ? -kopecks : kopecks };
}

/** A percent in hundredths: 0 to 100 with at most two decimals, as the settings take it; `null`: it is none. */
function hundredthsOf(percent: string): bigint | null {
  const match = /^(\d{1,3})(?:[.,](\d{1,2}))?\s*%?$/.exec(percent.trim());
  if (!match) return null;
  const hundredths = BigInt(match[1] ?? '0') * 100n + BigInt((match[2] ?? '').padEnd(2, '0'));
  return hundredths <= 10_000n ? hundredths : null;
}

/** A percent of a sum in whole kopecks, down; `null` when the percent can't be read. Integer arithmetic throughout. */
export function percentOf(kopecks: Kopecks, percent: string): Kopecks | null {
  const hundredths = hundredthsOf(percent);
  return hundredths === null ? null : Number((BigInt(kopecks) * hundredths) / 10_000n);
}

/** What is wrong with a percent; `null`: nothing. */
export function percentProblem(percent: string): 'required' | 'not_a_number' | 'too_precise' | 'too_large' | null {
  if (percent.trim() === '') return 'required';
  if (hundredthsOf(percent) !== null) return null;
  const [, , fraction = ''] = /^(\d+)[.,](\d+)\s*%?$/.exec(percent.trim()) ?? [];
  if (fraction.length > 2) return 'too_precise';
  return /^\d/.test(percent.trim()) && !/[^\d.,%\s]/.test(percent) ? 'too_large' : 'not_a_number';
}
