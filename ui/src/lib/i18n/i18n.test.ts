import { describe, expect, it } from 'vitest';
import { withoutMarker } from '$lib/money/describe';
import { en } from './en';
import { technicalText } from './error-text';
import { enCount, enSpan, ruCount, ruSpan } from './plural';
import { problemText } from './problem';
import { ru } from './ru';

/** Every path of a catalogue that ends in words. */
function paths(words: object, at = ''): string[] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null ? paths(value, `${at}${key}.`) : [`${at}${key}`],
  );
}
function texts(words: object): string[] {
  return Object.values(words).flatMap((value: unknown) => {
    if (typeof value === 'function') return [String((value as (...args: unknown[]) => string)('2', '2'))];
    return typeof value === 'object' && value !== null ? texts(value) : [String(value)];
  });
}

describe('the catalogue', () => {
  it('has the same keys in both languages', () => expect(paths(en).sort()).toEqual(paths(ru).sort()));

  it('has no empty words', () => {
    for (const text of [...texts(ru), ...texts(en)]) expect(text.trim()).not.toBe('');
  });

  it('says in Russian what is read in Russian', () => {
    for (const { title, todo } of Object.values(ru.errors)) expect(`${title}${todo}`).toMatch(/[а-яё]/i);
    for (const text of Object.values(ru.fieldErrors)) expect(text).toMatch(/[а-яё]/i);
  });

  it.each([ru, en])('says each error in words of its own', ({ errors }) => {
    const titles = Object.values(errors).map(({ title }) => title);
    expect(titles).toEqual([...new Set(titles)]);
  });

  it('says with every error what to do', () => {
    for (const { todo } of Object.values(ru.errors)) expect(todo.length).toBeGreaterThan(10);
  });
});

describe('numbers with nouns', () => {
  const forms = { one: 'чек', few: 'чека', many: 'чеков' };
  it.each([
    [0, 'чеков'],
    [1, 'чек'],
    [2, 'чека'],
    [5, 'чеков'],
    [11, 'чеков'],
    [21, 'чек'],
    [114, 'чеков'],
    [1002, 'чека'],
  ])('%i', (n, noun) => expect(ruCount(n, forms).replace('\u202f', '')).toBe(`${n}\u00a0${noun}`));

  it('in English', () => {
    expect(enCount(1, { one: 'row', other: 'rows' })).toBe('1\u00a0row');
    expect(enCount(0, { one: 'row', other: 'rows' })).toBe('0\u00a0rows');
  });
});

describe('a span of minutes', () => {
  it.each([
    [5, '5\u00a0минут', '5\u00a0minutes'],
    [61, '61\u00a0минуту', '61\u00a0minutes'],
    [90, '2\u00a0часа', '2\u00a0hours'],
    [24 * 60 - 1, '1\u00a0день', '1\u00a0day'],
    [3 * 24 * 60, '3\u00a0дня', '3\u00a0days'],
  ])('%i', (minutes, russian, english) => {
    expect(ruSpan(minutes)).toBe(russian);
    expect(enSpan(minutes)).toBe(english);
  });
});

describe('a problem of a field', () => {
  it('tells the limit it breaks', () => {
    const text = problemText({ field: 'sum', code: 'over_limit', limit: 500_000 }, ru);
    expect(text).toBe(`${ru.fieldErrors.over_limit}: 5\u202f000,00\u202f₽`);
  });
  it('is the refusal itself where one field is its cause', () => {
    expect(problemText({ field: 'outsideNumber', refusal: 'outside_number_taken' }, ru)).toBe(
      ru.errors.outside_number_taken.field,
    );
    expect(problemText({ field: 'outsideNumber', refusal: 'guid_taken' }, ru)).toBe(ru.errors.guid_taken.title);
  });
});

describe('the correlation marker', () => {
  it.each([
    ['Борщ, 2 порции\n#6d4a7046', 'Борщ, 2 порции'],
    ['#6d4a7046', ''],
    ['Столик #6d4a7046 у окна', 'Столик #6d4a7046 у окна'],
    ['Борщ', 'Борщ'],
  ])('is not shown with the contents: %j', (contents, shown) => expect(withoutMarker(contents)).toBe(shown));
});

describe('the details of a failure', () => {
  it('are told in words, and the line of the log is said to be one', () => {
    const details = { status: 200, method: 'refill' as const, technical: '$.data.sum' };
    const error = { class: 'failed' as const, code: 'unreadable' as const, message: 'Unreadable in Refill', details };
    expect(technicalText(error, ru)).toBe(
      [
        'Код ответа: 200',
        'Запрос: Начисление',
        'Место в ответе: $.data.sum',
        'Для поддержки: Unreadable in Refill',
      ].join('\n'),
    );
    const bare = { ...error, message: '', details: { technical: 'dns error' } };
    expect(technicalText(bare, ru)).toBe('Для поддержки: dns error');
  });
});
