import { describe, expect, it } from 'vitest';
import { formatDecimal, formatChange, formatDateShort, formatMoney, maskDate, phoneTail } from '.';

describe('money', () => {
  it.each([
    [0, '0,00 ₽'],
    [5, '0,05 ₽'],
    [123_456, '1 234,56 ₽'],
    [-50_000, '−500,00 ₽'],
    [99_999_999_999, '999 999 999,99 ₽'],
  ])('shows %i kopecks as %s', (kopecks, text) => {
    expect(formatMoney(kopecks)).toBe(text.replaceAll(' ', '\u202f'));
  });

  it('marks what is to the guest’s good with a plus', () => {
    expect(formatChange(100)).toBe('+1,00\u202f₽');
    expect(formatChange(0)).toBe('0,00\u202f₽');
  });
});

describe('dates', () => {
  it('puts the dots in while digits are typed', () => {
    expect(maskDate('3011')).toBe('30.11');
    expect(maskDate('30.112026')).toBe('30.11.2026');
    expect(maskDate('1.2.2026')).toBe('1.2.2026');
  });

  it('leaves out the year of today', () => {
    expect(formatDateShort('2026-11-30', '2026-11-23')).toBe('30.11');
    expect(formatDateShort('2027-01-10', '2026-11-23')).toBe('10.01.2027');
  });
});

describe('a number of the server', () => {
  it.each([
    ['7.50', '7,5'],
    ['2.000', '2'],
    ['0.5', '0,5'],
    ['3', '3'],
    ['полпорции', 'полпорции'],
  ])('%s is shown as %s', (text, shown) => expect(formatDecimal(text, 'ru')).toBe(shown));
});

describe('phones', () => {
  it('knows a guest by the last four digits', () => expect(phoneTail('+79123456789')).toBe('67-89'));
});
