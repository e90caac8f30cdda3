import type { SuspectedDuplicateView } from '$lib/backend/types';
import { formatInstant, formatMoney, formatWallTime } from '$lib/format';
import type { Catalogue } from './ru';

/** A suspected duplicate in one line: «28.11.2026 12:00 · на сервере · № A-1 · 500,00 ₽». */
export function suspectedLine(one: SuspectedDuplicateView, t: Catalogue): string {
  const words = t.money.preview;
  const when = one.at ? formatInstant(one.at) : one.serverTime ? formatWallTime(one.serverTime) : '';
  const where = one.refused ? words.alikeRefused : one.operation ? words.alikeInJournal : words.alikeOnServer;
  const number = one.outsideNumber ? `№ ${one.outsideNumber}` : '';
  const sum = one.sum === null ? '' : formatMoney(one.sum);
  return [when, where, number, sum, one.comment].filter(Boolean).join(' · ');
}
