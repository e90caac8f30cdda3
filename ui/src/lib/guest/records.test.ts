import { screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { BalanceView } from '$lib/backend/types';
import { openPage, PHONE, plain } from '../../test/page';
import { guestCard } from '../../test/views';

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
