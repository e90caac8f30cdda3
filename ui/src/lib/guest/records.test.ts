import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { BalanceView, CouponView, GuestView, ReceiptLineView } from '$lib/backend/types';
import { openPage, PHONE, plain } from '../../test/page';
import { guest as recorded } from '../../test/recorded';
import { guestCard, guestView } from '../../test/views';

describe('the balance that is told in part', () => {
  const burning = [{ date: '2026-12-01', sum: 100_00 }];
  const panel = async (balance: BalanceView) => {
    const page = await openPage({ guestCard: guestCard({ balance }) });
    await page.find(PHONE);
    return plain(await screen.findByRole('region', { name: 'Баланс' }));
  };

  it('says what burns on a day that the server does not tell, and not that nothing burns', async () => {
    const told = await panel({ balance: 400_00, burning: [], neverBurns: null, waiting: [], undated: 10_00 });
    expect(told).toContain('сгорит 10,00 ₽, когда — сервер не сообщил');
    expect(told).not.toContain('Ничего не сгорает');
  });

  it('says that nothing is known of burning where the server tells nothing of it', async () => {
    const told = await panel({ balance: 400_00, burning: [], neverBurns: null, waiting: [], burningUntold: true });
    expect(told).toContain('Сгорят ли бонусы, сервер не сообщил');
    expect(told).not.toContain('Ничего не сгорает');
  });

  it('counts parts that could not be read, and those that are cut off', async () => {
    const leftOut = { parts: 134, sum: 134_00 };
    const told = await panel({
      ...{ balance: 400_00, burning, neverBurns: null, waiting: [] },
      ...{ unreadParts: 2, burningLeftOut: leftOut },
    });
    expect(told).toContain('Не удалось прочитать 2 части баланса');
    expect(told).toContain('и ещё 134 даты, всего 134,00 ₽');
  });

  it('says that two answers disagree', async () => {
    const differs = { inRecord: 999_99, inDetail: 23_46, ofParts: true };
    const told = await panel({ balance: 999_99, burning, neverBurns: 23_45, waiting: [], differs });
    expect(told).toContain('Ответы сервера расходятся: в записи гостя 999,99 ₽, в сумме частей 23,46 ₽');
  });
});

describe('the record of a guest', () => {
  const card = async (change: Partial<GuestView>) => {
    const page = await openPage({ guestCard: guestCard({ guest: guestView(change) }) });
    await page.find(PHONE);
    return await screen.findByTestId('guest-card');
  };

  it('says which coupons can be used, how often, and what the server wrote', async () => {
    const coupon = (name: string, more: Partial<CouponView>) => ({ name, code: null, validUntil: null, ...more });
    await card({
      coupons: [
        coupon('Кофе', { usesLeft: 2, uses: 3, validUntilText: 'скоро' }),
        coupon('Торт', { state: 'used', usesLeft: 0, uses: 1 }),
        coupon('Суп', { state: 'not_yet_valid', validFrom: '2026-12-20' }),
        coupon('Чай', { state: 'unknown', stateText: '2' }),
      ],
    });
    const rows = within(await screen.findByRole('region', { name: 'Купоны' })).getAllByRole('listitem');
    expect(rows.map(plain)).toEqual([
      'Кофе осталось 2 из 3, срок на сервере: скоро',
      'Торт использован',
      'Суп ещё не действует, с 20.12.2026',
      'Чай состояние неизвестно: 2',
    ]);
  });

  it('tells what could not be read', async () => {
    const told = plain(await card({ balance: null, unread: [{ part: 'balance', said: '123.45' }] }));
    expect(told).toContain('Часть записи гостя не удалось прочитать');
    expect(told).toContain('баланс: 123.45');
  });

  it('says that an account is out of use, and why', async () => {
    const told = plain(await card({ inactive: true, standingText: 'подозрение' }));
    expect(told).toContain('Счёт не действует');
    expect(told).toContain('Сервер: подозрение');
  });

  it('shows a level by its code or percent, and until when', async () => {
    const level = { name: '', code: '3', percent: '7.5', validUntil: '2027-01-30' };
    expect(plain(await card({ level }))).toContain('Уровень 3 · 7,5 % · до 30.01.2027');
  });
});

describe('a receipt with odd parts', () => {
  it('shows deleted dishes, modifiers, courses, payments, and what could not be read', async () => {
    const line = (name: string, more: Partial<ReceiptLineView> = {}) => ({
      ...{ name, quantity: '1', price: null, sum: 100_00 },
      ...more,
    });
    const page = await openPage({
      receipt: {
        ...recorded.receipt,
        lines: [
          line('Пицца', { heading: 'Горячее', discount: 5_00 }),
          line('Сыр', { heading: 'Горячее', isModifier: true, quantity: '2', unit: 'шт' }),
          line('Чай', { heading: 'Напитки', removed: true }),
        ],
        payments: [{ name: 'cash', sum: 50_00 }],
        unread: [{ part: 'dish', said: 'Суп: 33.5' }],
      },
    });
    await page.find(PHONE);
    (await screen.findByRole('grid', { name: 'История' })).focus();
    await page.person.keyboard('{Enter}');
    const receipt = await screen.findByRole('dialog', { name: /^Чек/ });
    await waitFor(() => expect(plain(receipt)).toContain('Пицца'));
    const told = plain(receipt);
    for (const words of [
      'Горячее',
      'Напитки',
      'Чай удалено',
      'скидка 5,00 ₽',
      '2 шт',
      'Оплата: cash',
      'Не удалось прочитать: блюдо: Суп: 33.5',
    ])
      expect(told).toContain(words);
  });
});
