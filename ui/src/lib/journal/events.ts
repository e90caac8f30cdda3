import type { EventView, MatchedEntry, ProbeVerdict, ReconciledView } from '$lib/backend/types';
import { formatInstantExact, formatMoney } from '$lib/format';
import type { Catalogue } from '$lib/i18n/ru';
import { changeText, type Names } from '$lib/money/describe';
import { failureText } from '$lib/money/failure';

export interface EventLine {
  title: string;
  notes: string[];
  tone: 'calm' | 'good' | 'bad' | 'warn';
}

/** What the journal keeps where no operator is set: a story needs no such person. */
const NOBODY = '—';

/** One event of an operation's story in words. */
export function describeEvent(event: EventView, t: Catalogue, names: Names): EventLine {
  const words = t.journal.event;
  const line = (tone: EventLine['tone'], title: string, ...notes: (string | null | undefined)[]): EventLine => ({
    tone,
    title,
    notes: notes.filter((note): note is string => Boolean(note)),
  });
  const who = 'operator' in event && event.operator !== NOBODY ? event.operator : null;
  const sum = (value: number | null) => (value === null ? t.common.none : formatMoney(value));
  switch (event.event) {
    case 'prepared':
      return line('calm', words.prepared(who), event.reason);
    case 'sending':
      return line('calm', words.sending(event.attempt));
    case 'not_sent':
      return line(
        'warn',
        words.not_sent,
        failureText(event.failure, t).title,
        event.dueAt && words.not_sentUntil(formatInstantExact(event.dueAt)),
      );
    case 'confirmed':
      return line('good', words.confirmed);
    case 'rejected':
      return line('bad', words.rejected, failureText(event.failure, t).title, event.failure.serverMessage);
    case 'unknown':
      // No request is known to have left, so nothing is said of an answer.
      if (event.failure?.precondition) return line('warn', failureText(event.failure, t).title);
      if (event.failure?.delivery === 'refused') {
        return line('warn', words.unknownRefused, failureText(event.failure, t).title, event.failure.serverMessage);
      }
      return event.failure
        ? line('warn', words.unknown, failureText(event.failure, t).title)
        : line('warn', words.unknownCrash);
    case 'probed': {
      const found = event.candidates.map((one) => one.summary);
      if (event.verdict === 'found') return line('good', words.probedFound, ...found);
      if (event.verdict === 'ambiguous') return line('warn', words.probedAmbiguous, ...found);
      if (event.verdict === 'stale') return line('warn', words.probedStale);
      return event.verdict === 'absent_unproven'
        ? line('warn', words.probedUnproven)
        : line('calm', words.probedAbsent);
    }
    case 'reconciled':
      return event.state === 'confirmed'
        ? line('good', words.reconciledDone, event.found?.summary)
        : line('bad', words.reconciledNot);
    case 'decided':
      if (event.state === 'confirmed') return line('good', words.decidedDone(who), event.reason);
      if (event.state === 'not_applied') return line('bad', words.decidedNot(who), event.reason);
      return line('warn', words.decidedLater(who), event.reason);
    case 'resent':
      return line('calm', words.resent(who), event.reason);
    case 'cancelled':
      return line('calm', words.cancelled(who));
    case 'balance_read':
      return line(
        event.mismatch ? 'bad' : 'calm',
        words.balance(sum(event.before), sum(event.after)),
        event.mismatch ? words.mismatch : null,
      );
    case 'record_read':
      return event.unasked.length === 0
        ? line('calm', words.recordSame)
        : line('bad', words.recordChanged, ...event.unasked.map((one) => changeText(one, t, names)));
    case 'repeated':
      return line('bad', words.repeated(event.times), ...event.entries.map((one) => one.summary));
    case 'returned':
      return line('calm', words.returned);
    case 'not_returned':
      return line('bad', words.notReturned);
  }
}

/** What an absence says of an operation. */
export function absentBody(verdict: ProbeVerdict, t: Catalogue): string {
  const words = t.journal.decide;
  if (verdict === 'absent') return words.absentConclusive;
  return verdict === 'absent_unproven' ? words.absentUnproven : words.absentInconclusive;
}

/** What the server showed when it was asked last, and when. */
export interface LastLook {
  verdict: ProbeVerdict;
  candidates: MatchedEntry[];
  at: string | null;
}

/** The look just taken, or the last one of the story; `null`: the server was not asked yet. */
export function lastLook(look: ReconciledView | null, events: EventView[]): LastLook | null {
  const last = events.findLast((event) => event.event === 'probed') ?? null;
  if (look) return { verdict: look.verdict, candidates: look.candidates, at: last?.at ?? null };
  return last && { verdict: last.verdict, candidates: last.candidates, at: last.at };
}
