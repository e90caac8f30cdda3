import { describe, expect, it } from 'vitest';
import type { Failure } from '$lib/backend/types';
import { ru } from '$lib/i18n/ru';
import { failureText, noticeText, unknownText, waitingText } from './failure';

const failure = (kind: Failure['kind'], status: number | null = null): Failure => ({
  kind,
  delivery: 'unknown',
  status,
  serverMessage: null,
  detail: null,
  precondition: null,
});
const notice = (one: Failure) => noticeText({ notice: 'server_silent', failure: one }, ru);

describe('a server that did answer is not called silent', () => {
  it('asked for patience: 429', () => {
    const busy = failure('server_fault', 429);
    expect(failureText(busy, ru).title).toBe('Сервер просит подождать');
    for (const text of [waitingText(busy, ru), unknownText(busy, ru), notice(busy)]) {
      expect(text).toContain('Сервер просит подождать');
      expect(text).not.toContain('Нет связи');
    }
  });

  it('failed, and said so: 502, 503', () => {
    for (const status of [502, 503]) {
      const fault = failure('server_fault', status);
      expect(waitingText(fault, ru)).toContain(`Сервер отвечает ошибкой ${status}`);
      expect(unknownText(fault, ru)).toContain(`Сервер ответил ошибкой ${status}`);
      expect(notice(fault)).toContain(`Сервер ответил ошибкой ${status}`);
    }
  });

  it('an answer in its place is told as what it is, not by its status', () => {
    for (const [kind, status] of [
      ['web_page', 200],
      // An error inside an answer of success has no status of its own.
      ['server_fault', 200],
      ['forbidden', 200],
      ['proxy_password', 407],
      ['proxy_scheme', 407],
      ['redirect', 302],
      ['certificate_not_trusted', null],
    ] as const) {
      const one = failure(kind, status);
      for (const text of [waitingText(one, ru), unknownText(one, ru), notice(one)]) {
        expect(text).toContain(ru.errors[kind].title);
        expect(text).not.toContain('ошибкой');
      }
    }
  });

  it('said nothing at all: that is silence', () => {
    expect(unknownText(failure('timeout'), ru)).toBe(ru.money.ending.unknownBody);
    expect(unknownText(null, ru)).toBe(ru.money.ending.unknownBody);
    expect(notice(failure('cannot_connect'))).toContain('Сервер не принимает соединение');
  });
});

describe('what waits until a person decides', () => {
  const stopped = (precondition: NonNullable<Failure['precondition']>, detail: string | null): Failure => ({
    ...failure('invalid_request'),
    delivery: 'not_sent',
    precondition,
    detail,
  });

  it('says whose account it may be; an edit says that the guest is not found', () => {
    const doubted = failureText(stopped('account_not_found', 'the phone finds nobody'), ru);
    expect(doubted.todo).toContain('другого гостя');
    expect(failureText(stopped('account_not_found', null), ru)).toEqual(ru.errors.account_not_found);
  });

  it('says that the group is another one', () => {
    expect(failureText(stopped('group_changed', 'Сотрудники'), ru).title).toBe('Группа на сервере теперь другая');
  });
});
