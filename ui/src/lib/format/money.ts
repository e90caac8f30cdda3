import type { Kopecks } from '$lib/backend/types';

/** Narrow no-break space: between groups of digits and before the sign of the ruble. */
const GAP = '\u202f';
const MINUS = '\u2212';

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
