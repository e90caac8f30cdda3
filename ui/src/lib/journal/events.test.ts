import { describe, expect, it } from 'vitest';
import type { EventView } from '$lib/backend/types';
import { ru } from '$lib/i18n/ru';
import { namesOf } from '$lib/money/describe';
import { describeEvent } from './events';

const at = { number: 1, at: '2026-11-25T10:00:00Z' };
const names = { restaurant: (code: string) => code, code: (_: string, code: string) => code };
const told = (event: EventView) => describeEvent(event, ru, names).title;

describe('the story of an operation', () => {
  it('names who wrote it down and who decided', () => {
    expect(told({ ...at, event: 'prepared', operator: 'Ольга Смирнова', reason: '' })).toBe('Записана, Ольга Смирнова');
    expect(told({ ...at, event: 'cancelled', operator: 'Ольга Смирнова' })).toBe('Отменена, Ольга Смирнова');
    expect(
      told({
        ...at,
        event: 'decided',
        operator: 'Ольга Смирнова',
        reason: 'звонил',
        state: 'not_applied',
        found: null,
      }),
    ).toBe('Ольга Смирнова: не прошла');
  });

  it('invents no attempt where the journal was replaced', () => {
    const failure = {
      kind: 'invalid_request' as const,
      delivery: 'unknown' as const,
      status: null,
      serverMessage: null,
      detail: null,
      precondition: 'journal_replaced' as const,
    };
    expect(told({ ...at, event: 'unknown', failure })).toBe(
      'Журнал заменили другой копией: неизвестно, отправлялась ли операция',
    );
  });

  it('speaks of nobody where the operator did not tell their name', () => {
    expect(told({ ...at, event: 'prepared', operator: '—', reason: '' })).toBe('Записана');
    expect(told({ ...at, event: 'resent', operator: '—', reason: '' })).toBe('Поставлена на повтор');
    expect(told({ ...at, event: 'decided', operator: '—', reason: 'звонил', state: 'confirmed', found: null })).toBe(
      'Решено вручную: прошла',
    );
  });

  it('tells levels by their names where it knows them', () => {
    const codes = [{ field: 'discountLevel' as const, choices: [{ code: '3', name: 'Золотой' }] }];
    const event: EventView = {
      ...at,
      event: 'record_read',
      unasked: [{ field: 'discountLevel', before: '3', after: '4' }],
    };
    const { notes } = describeEvent(event, ru, namesOf({ codes }, names));
    expect(notes).toEqual(['Уровень: Золотой (3) → 4']);
  });
});
