import type { IsoDate, IsoInstant, WallTime } from '$lib/backend/types';

const two = (n: number) => String(n).padStart(2, '0');

/** Whether it is a date of the office, with a time or without, and not one that is being typed. */
export function isIsoDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d([T ]|$)/.test(text);
}

/** `2026-11-30` → `30.11.2026`. */
export function formatDate(date: IsoDate): string {
  const [year = '', month = '', day = ''] = date.slice(0, 10).split('-');
  return `${day}.${month}.${year}`;
}

/** Without the year where it is `today`'s: `30.11`. */
export function formatDateShort(date: IsoDate, today: IsoDate): string {
  const full = formatDate(date);
  return date.slice(0, 4) === today.slice(0, 4) ? full.slice(0, 5) : full;
}

/** An instant by this machine's clock: `23.11.2026 18:05`. */
export function formatInstant(instant: IsoInstant): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return instant;
  return `${two(at.getDate())}.${two(at.getMonth() + 1)}.${at.getFullYear()} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** With seconds, for a timeline. */
export function formatInstantExact(instant: IsoInstant): string {
  const at = new Date(instant);
  return Number.isNaN(at.getTime()) ? instant : `${formatInstant(instant)}:${two(at.getSeconds())}`;
}

/** What the server's clock on the wall showed: never moved to another zone. */
export function formatWallTime(time: WallTime): string {
  return `${formatDate(time)} ${time.slice(11, 16)}`.trim();
}

/** Puts the dots in while only digits are typed at the end: `3011` → `30.11`. */
export function maskDate(typed: string): string {
  if (!/^[\d.]*$/.test(typed) || typed.length > 10) return typed;
  const digits = typed.replaceAll('.', '');
  if (typed.includes('.') && !/^\d{2}\.\d*(\.\d*)?$/.test(typed)) return typed;
  return [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4, 8)].filter((part) => part !== '').join('.');
}

export function addDays(date: IsoDate, days: number): IsoDate {
  const at = new Date(`${date}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}
