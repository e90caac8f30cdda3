import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { openPage, PHONE, plain, type Page } from '../../test/page';
import { guest as recorded } from '../../test/recorded';
import { type Answers } from '../../test/scripted';
import { appError, appStatus, guestCard, guestView, operationView, page as pageOf, storyView } from '../../test/views';

const KIM = '9031112233';
const NUMBER = 'Номер внешнего чека';
const kim = guestView({
  account: '100002',
  phone: '+79031112233',
  phoneText: '+7\u00a0903\u00a0111-22-33',
  fullName: 'Ким Олег',
});

/** An office with two guests, Anna and Kim; nobody else is found. */
const two: Answers = {
  findGuest: (query) => {
    const digits = query.replace(/\D/g, '').slice(-10);
    if (digits === KIM) return { kind: 'found', guests: [kim] };
    return digits === '9123456789' ? recorded.found : notFound(query);
  },
  guestCard: (_, account) => (account === kim.account ? guestCard({ guest: kim }) : guestCard()),
};
const notFound = (query: string) => {
  const phone = `+7${query.replace(/\D/g, '').slice(-10)}`;
  return { kind: 'not_found' as const, phone, phoneText: phone, certain: true };
};
const open = (answers: Answers = {}) => openPage({ ...two, ...answers });

const digits = (label: string) => screen.getByLabelText<HTMLInputElement>(label).value.replace(/\D/g, '');

/** A person whose keys are counted, beside the digits of the receipt itself. */
function counted({ person }: Page) {
  let keys = 0;
  return {
    get keys() {
      return keys;
    },
    async press(key: string, times = 1) {
      for (let n = 0; n < times; n += 1) {
        keys += 1;
        await person.keyboard(key);
      }
    },
    digits: (text: string) => person.keyboard(text),
  };
}

async function firstReceipt(program: Page, number: string) {
  await program.person.keyboard('{F4}');
  await program.type('Гость', `${KIM}{Enter}`);
  await waitFor(() => expect(screen.getByLabelText('Ресторан')).toHaveFocus());
  await program.person.selectOptions(screen.getByLabelText('Ресторан'), '201');
  await program.type('Дата покупки', '20.11.2026');
  await program.type('Процент от оплаты', '7');
  await program.type(NUMBER, number);
  await program.type('Оплачено деньгами', '1 450,50');
  await program.sendByEnter();
  await screen.findByTestId('ending-done');
}

describe('a pile of receipts', () => {
  it('takes at most 8 keys for each, beside its own digits', async () => {
    const program = await open();
    await firstReceipt(program, 'Д-1');
    const again = screen.getByRole('button', { name: 'Ещё чек' });
    await waitFor(() => expect(again).toHaveFocus());

    const hand = counted(program);
    await hand.press('{Enter}');
    await waitFor(() => expect(screen.getByLabelText('Гость')).toHaveFocus());
    await hand.digits('9123456789');
    await hand.press('{Enter}');
    await waitFor(() => expect(screen.getByLabelText(NUMBER)).toHaveFocus());
    await hand.digits('Д-2');
    await hand.press('{Tab}');
    await hand.digits('1450,50');
    await hand.press('{Tab}', 2);
    await hand.digits('100');
    expect(screen.getByLabelText('Оплачено бонусами')).toHaveFocus();
    await waitFor(() => expect(plain(screen.getByTestId('ours'))).toBe('Начислим 101,53 ₽ (считает эта программа)'));
    await hand.press('{Enter}');
    await screen.findByRole('dialog');
    await hand.press('{Enter}');
    expect(plain(await screen.findByTestId('ending-done'))).toContain('проведён');
    expect(hand.keys).toBeLessThanOrEqual(8);
    expect(program.backend.asked('submit').at(-1)?.[1]).toMatchObject({
      account: '100001',
      restCode: '201',
      outsideNumber: 'Д-2',
      purchasedAt: '20.11.2026',
      moneySpent: expect.stringMatching(/^1\s?450,50$/) as string,
      bonusSpent: '100',
      bonusAccrued: '101,53',
    });
  });

  it('begins by percent where the settings have one, and the next begins as the last one was', async () => {
    const program = await open();
    await program.person.keyboard('{F4}');
    expect(await screen.findByLabelText('Процент от оплаты')).toHaveValue('5');
    await firstReceipt(program, 'Д-1');
    await program.person.keyboard('{F7}');
    await screen.findByRole('heading', { level: 1, name: 'Журнал' });
    await program.person.keyboard('{F4}');
    expect(await screen.findByLabelText('Ресторан')).toHaveValue('201');
    expect(screen.getByLabelText('Дата покупки')).toHaveValue('20.11.2026');
    expect(screen.getByLabelText('Процент от оплаты')).toHaveValue('7');
    expect(screen.queryByTestId('picked-guest')).toBeNull();
  });

  it('tells a number that was entered before as soon as it is typed', async () => {
    const check = operationView('check', { subject: { ...operationView('check').subject, name: 'Ким Олег' } });
    const facts = { ...check.facts, restCode: '201', purchasedAt: '2026-11-20T00:00:00' };
    const program = await open({ findPurchase: [{ ...check, facts } as typeof check] });
    await program.person.keyboard('{F4}');
    await program.person.selectOptions(await screen.findByLabelText('Ресторан'), '201');
    await program.type(NUMBER, 'д-2001');
    await waitFor(() =>
      expect(screen.getByLabelText(NUMBER)).toHaveAccessibleDescription('Уже проведён: 20.11.2026, Ким Олег'),
    );
    await program.person.selectOptions(screen.getByLabelText('Ресторан'), '101');
    await waitFor(() => expect(screen.getByLabelText(NUMBER)).toBeValid());
  });

  it('is not called a draft before something is typed', async () => {
    const program = await open();
    await program.find(PHONE);
    await screen.findByTestId('guest-card');
    await program.person.keyboard('{F4}');
    await screen.findByTestId('picked-guest');
    await program.person.keyboard('{F7}');
    await screen.findByRole('heading', { level: 1, name: 'Журнал' });
    await program.person.keyboard('{F4}');
    await screen.findByTestId('picked-guest');
    expect(screen.queryByText('Восстановлен черновик')).toBeNull();
    expect(program.backend.drafts.has('check')).toBe(false);
  });
});

describe('a form that is interrupted', () => {
  const forms = [
    ['{F4}', NUMBER, 'Д-9', 'check', 'Внешний чек'],
    ['{F3}', 'Сумма бонусов', '100', 'refill', 'Начисление'],
  ] as const;

  async function begin(program: Page, key: string, field: string, text: string) {
    await program.find(PHONE);
    await screen.findByRole('heading', { name: 'Кузнецова Анна Сергеевна' });
    await program.person.keyboard(key);
    await program.type(field, text);
  }
  async function otherCard(program: Page) {
    await program.find(KIM);
    await screen.findByRole('heading', { name: 'Ким Олег' });
  }

  it.each(forms)(
    '%s asks whose it is where another card was opened, and goes on with its own guest',
    async (...form) => {
      const [key, field, text] = form;
      const program = await open();
      await begin(program, key, field, text);
      await otherCard(program);
      await program.person.keyboard(key);
      const conflict = plain(await screen.findByTestId('guest-conflict'));
      expect(conflict).toContain('Кузнецова Анна Сергеевна');
      expect(conflict).toContain('Ким Олег');
      // A sum is shown once the office has understood it.
      await waitFor(() => expect(plain(screen.getByTestId('guest-conflict'))).toContain(text));
      expect(screen.queryByLabelText(field)).toBeNull();
      await waitFor(() => expect(screen.getByRole('button', { name: /^Продолжить: Кузнецова/ })).toHaveFocus());
      await program.person.keyboard('{Enter}');
      expect(plain(await screen.findByTestId('picked-guest'))).toContain('Кузнецова');
      expect(screen.getByLabelText<HTMLInputElement>(field).value.replace(',00', '')).toBe(text);
    },
  );

  it.each(forms)('%s begins anew for the guest of the card, with nothing of the other', async (key, field, text) => {
    const program = await open();
    await begin(program, key, field, text);
    await otherCard(program);
    await program.person.keyboard(key);
    await program.person.click(await screen.findByRole('button', { name: 'Стереть и начать для: Ким Олег' }));
    expect(plain(await screen.findByTestId('picked-guest'))).toContain('Ким');
    expect(screen.getByLabelText(field)).toHaveValue('');
  });

  it.each(forms)('%s keeps its guest over a restart, and asks again beside another card', async (...form) => {
    const [key, field, text, draft] = form;
    const program = await open();
    await begin(program, key, field, text);
    await waitFor(() => expect(program.backend.drafts.get(draft)).toContain(text), { timeout: 2000 });
    program.program.unmount();

    const again = await openPage({}, program.backend);
    await again.person.keyboard(key);
    expect(plain(await screen.findByTestId('picked-guest'))).toContain('Кузнецова');
    await otherCard(again);
    await again.person.keyboard(key);
    await screen.findByTestId('guest-conflict');
  });

  it.each(forms)('%s has another guest’s card only for what is typed without a guest', async (key, field, text) => {
    const program = await open();
    await program.person.keyboard(key);
    await program.type(field, text);
    await otherCard(program);
    await program.person.keyboard(key);
    expect(plain(await screen.findByTestId('guest-conflict'))).toContain('Гость не выбран');
  });

  it('begins without a guest after an ending, and with the card that is looked at anew', async () => {
    const program = await open();
    await begin(program, '{F4}', NUMBER, 'Д-9');
    await program.person.selectOptions(screen.getByLabelText('Ресторан'), '101');
    await program.type('Оплачено деньгами', '100');
    await program.sendByEnter();
    await screen.findByTestId('ending-done');
    await program.person.keyboard('{Enter}');
    await waitFor(() => expect(screen.getByLabelText('Гость')).toHaveFocus());
    expect(screen.queryByTestId('picked-guest')).toBeNull();
    await program.person.keyboard('{F3}');
    await screen.findByLabelText('Сумма бонусов');
    expect(screen.queryByTestId('picked-guest')).toBeNull();
    await otherCard(program);
    await program.person.keyboard('{F3}');
    expect(plain(await screen.findByTestId('picked-guest'))).toContain('Ким');
  });

  it('of another guest whose outcome is unknown does not show that guest’s ending', async () => {
    const unknown = operationView('unknown');
    const program = await open({ submit: (id) => operationView('unknown', { id }) });
    await begin(program, '{F3}', 'Сумма бонусов', '100');
    await program.person.selectOptions(screen.getByLabelText('Причина'), 'Акция');
    await program.person.click(screen.getByLabelText('Сумма бонусов'));
    await program.sendByEnter();
    await screen.findByTestId('ending-unknown');
    const [id] = program.backend.asked('submit')[0] ?? [''];
    const ofAnna = operationView('unknown', { id });
    program.backend.answer({
      operationStory: storyView('unknown', { id }),
      operations: ({ account }) => pageOf(account === unknown.subject.account ? [ofAnna] : []),
    });
    await otherCard(program);
    await program.person.keyboard('{F3}');
    expect(plain(await screen.findByTestId('picked-guest'))).toContain('Ким');
    expect(screen.queryByTestId('ending-unknown')).toBeNull();
    // Of the guest themselves it is said as soon as they are chosen.
    await program.person.click(screen.getByRole('button', { name: 'Другой гость' }));
    await program.type('Гость', '9123456789{Enter}');
    expect(plain(await screen.findByTestId('guest-pending'))).toContain('Сначала разберите прежнюю операцию');
  });
});

describe('a guest who is not there', () => {
  it('is created from inside the form, which goes on with them', async () => {
    const made = operationView('create').subject;
    const card = guestCard({ guest: guestView({ account: made.account ?? '', fullName: 'Орлова Вера' }) });
    const program = await open({ guestCard: card });
    await program.person.keyboard('{F4}');
    await program.type(NUMBER, 'Д-77');
    await program.type('Гость', '9990000000{Enter}');
    await program.person.click(await screen.findByRole('button', { name: 'Создать гостя' }));
    await waitFor(() => expect(screen.getByLabelText('Фамилия')).toHaveFocus());
    expect(digits('Телефон')).toBe('79990000000');
    await program.person.keyboard('Новикова');
    await program.sendByEnter();
    await screen.findByTestId('ending-done');
    const back = screen.getByRole('button', { name: 'Вернуться: внешний чек' });
    await waitFor(() => expect(back).toHaveFocus());
    await program.person.keyboard('{Enter}');
    expect(plain(await screen.findByTestId('picked-guest'))).toContain('Орлова');
    expect(screen.getByLabelText(NUMBER)).toHaveValue('Д-77');
  });

  it('who is half typed keeps the phone: the next one gets no other’s name', async () => {
    const program = await open();
    await program.find('9990000000');
    await program.person.click(await screen.findByRole('button', { name: 'Создать гостя' }));
    await waitFor(() => expect(screen.getByLabelText('Фамилия')).toHaveFocus());
    await program.person.keyboard('Новикова');
    await program.find('9990000001');
    await program.person.click(await screen.findByRole('button', { name: 'Создать гостя' }));
    const conflict = await screen.findByTestId('guest-conflict');
    expect(plain(conflict)).toContain('Новикова');
    await program.person.click(within(conflict).getByRole('button', { name: /^Стереть/ }));
    await waitFor(() => expect(digits('Телефон')).toBe('79990000001'));
    expect(screen.getByLabelText('Фамилия')).toHaveValue('');
  });
});

describe('a guest who calls while a dialog is open', () => {
  it('is a key away: F2 leaves it for the search, and nothing typed is lost', async () => {
    const program = await open();
    await program.find(PHONE);
    await screen.findByTestId('guest-card');
    await program.person.keyboard('{F3}');
    await program.person.selectOptions(await screen.findByLabelText('Причина'), 'Акция');
    await program.type('Сумма бонусов', '100{Enter}');
    await screen.findByRole('dialog');
    await program.person.keyboard('{F2}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await waitFor(() => expect(screen.getByLabelText('Поиск гостя по телефону')).toHaveFocus());
    expect(screen.getByLabelText('Сумма бонусов')).toHaveValue('100,00');
  });

  it('may be one of the last few: they stand under the search before anything is typed', async () => {
    const program = await open();
    await program.find(PHONE);
    await screen.findByTestId('guest-card');
    await program.find(KIM);
    await screen.findByRole('heading', { name: 'Ким Олег' });
    await program.person.keyboard('{F2}{ArrowDown}');
    expect(document.activeElement).toHaveTextContent('Кузнецова');
    await program.person.keyboard('{Enter}');
    await screen.findByRole('heading', { name: 'Кузнецова Анна Сергеевна' });
    expect(screen.queryByTestId('recent')).toBeNull();
  });
});

describe('a sign-in that has ended', () => {
  it('is no longer told in red once someone has signed in again', async () => {
    const program = await open({ preview: appError('sign_in_again', {}, 'failed') });
    await program.find(PHONE);
    await screen.findByTestId('guest-card');
    await program.person.keyboard('{F3}');
    await program.person.selectOptions(await screen.findByLabelText('Причина'), 'Акция');
    await program.type('Сумма бонусов', '100{Enter}');
    expect(plain(await screen.findByTestId('form-error'))).toContain('Нужно войти заново');
    program.backend.emit('sessionChanged', appStatus({ session: 'sign_in_again' }));
    await program.person.click(await screen.findByRole('button', { name: 'Войти заново' }));
    await program.person.type(await screen.findByLabelText('Токен для API'), 'new{Enter}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(screen.queryByTestId('form-error')).toBeNull();
    expect(screen.getByLabelText<HTMLInputElement>('Сумма бонусов').value).toMatch(/^100/);
  });
});
