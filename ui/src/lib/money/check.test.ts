import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { openPage, PHONE, plain, type Page } from '../../test/page';
import { program as recorded, refused } from '../../test/recorded';
import { inTurn, type Answers } from '../../test/scripted';
import { operationView, previewView, storyView } from '../../test/views';

const NUMBER = 'Номер внешнего чека';
const search = 'Номер чека, GUID, телефон или дата';

async function checkForm(number: string, answers: Answers = {}): Promise<Page> {
  const page = await openPage(answers);
  await page.find(PHONE);
  await screen.findByTestId('guest-card');
  await page.person.keyboard('{F4}');
  await page.person.selectOptions(await screen.findByLabelText('Ресторан'), '101');
  await page.type(NUMBER, number);
  await page.type('Оплачено деньгами', '1 450,50');
  return page;
}

describe('an outside receipt', () => {
  it('is registered by keyboard', async () => {
    const page = await checkForm('Д-2001');
    await page.type('Оплачено бонусами', '100');
    await page.person.click(screen.getByRole('radio', { name: 'суммой' }));
    await page.type('Начислить бонусов', '72,5');
    await page.person.keyboard('{Enter}');
    const dialog = await screen.findByRole('dialog');
    expect(plain(dialog)).toContain('Провести чек Д-2001');
    expect(plain(dialog)).toContain('Ресторан «Веранда» на Покровке (101)');
    expect(plain(dialog)).toContain('−27,50 ₽');
    await page.person.keyboard('{Enter}');
    expect(plain(await screen.findByTestId('ending-done'))).toContain('Чек Д-2001 проведён');
    expect(page.backend.asked('submit')[0]?.[1]).toMatchObject({
      kind: 'register_check',
      restCode: '101',
      outsideNumber: 'Д-2001',
      bonusAccrued: '72,5',
    });
  });

  it('is undone by a return, which shows first what it undoes', async () => {
    const check = operationView('check');
    const returned = operationView('check', {
      returnedBy: operationView('return').id,
      allowed: { ...check.allowed, returnCheck: false },
    });
    const page = await openPage({ findPurchase: inTurn([check], [returned]) });
    await page.person.keyboard('{F6}');
    await page.type(search, 'Д-2001{Enter}');
    // The only one found is a key away, and before it is done it is seen what it undoes.
    const undo = await screen.findByRole('button', { name: 'Вернуть чек Д-2001' });
    await waitFor(() => expect(undo).toHaveFocus());
    await page.person.keyboard('{Enter}');
    await screen.findByRole('button', { name: /Подтвердить/ });
    const undone = screen.getByRole('region', { name: 'Что будет отменено' });
    expect([...undone.querySelectorAll('dl > div')].map(plain)).toEqual([
      'Начислено бонусов 72,50 ₽',
      'Оплачено бонусами 100,00 ₽',
      'Учтено в обороте 1 450,50 ₽',
    ]);
    await page.person.keyboard('{Enter}');
    expect(plain(await screen.findByTestId('ending-done'))).toContain('Чек Д-2001 возвращён');
    await page.person.keyboard('{Enter}');
    await page.type(search, 'Д-2001{Enter}');
    expect(await screen.findByRole('button', { name: 'Уже возвращён' })).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Вернуть чек Д-2001' })).toBeNull();
  });

  it.each([
    ['{Backspace}', 'Заполните это поле'],
    ['00', 'Слишком большое число'],
    ['x', 'Введите число, например 1\u202f234,56'],
  ])('does not take a percent that can’t be read (5%s) for no bonuses at all', async (typed, told) => {
    const page = await checkForm('Д-6');
    await page.person.click(screen.getByRole('radio', { name: 'процентом' }));
    const percent = screen.getByLabelText('Процент от оплаты');
    await page.person.type(percent, typed);
    await page.person.click(screen.getByRole('button', { name: /^Проверить/ }));
    await waitFor(() => expect(percent).toHaveAccessibleDescription(expect.stringContaining(told)));
    expect(screen.queryByRole('dialog')).toBeNull();
    await page.person.type(percent, '1');
    expect(percent).not.toHaveAccessibleDescription(expect.stringContaining(told));
  });

  it('begins with the station of the settings', async () => {
    await checkForm('Д-1');
    expect(screen.getByLabelText('Станция')).toHaveValue('999');
  });

  it('with a number that stands is refused at the number, with the way to that operation', async () => {
    const standing = refused('numberTaken').details.operation ?? '';
    const page = await checkForm('Д-2002', {
      preview: refused('numberTaken'),
      operationStory: (id) => storyView('standing', { id }),
    });
    await page.person.keyboard('{Enter}');
    await waitFor(() =>
      expect(screen.getByLabelText(NUMBER)).toHaveAccessibleDescription(
        /^Чек с этим номером уже проведён\. Если номера начались заново, допишите дату/,
      ),
    );
    await page.person.click(screen.getByRole('button', { name: 'Открыть в журнале' }));
    expect(await screen.findByRole('dialog', { name: 'Провести чек Д-2002' })).toBeVisible();
    expect(page.backend.asked('operationStory').at(-1)).toEqual([standing]);
  });

  it('above the balance is refused with what there is', async () => {
    const page = await checkForm('Д-2', { preview: refused('aboveBalance') });
    await page.type('Оплачено бонусами', '9999');
    await page.person.keyboard('{Enter}');
    const field = screen.getByLabelText('Оплачено бонусами');
    await waitFor(() => expect(field).toBeInvalid());
    expect(field).toHaveAccessibleDescription(expect.stringContaining('На счёте не хватает бонусов'));
    // What is said at the field is not said twice.
    expect(screen.queryByTestId('form-error')).toBeNull();
  });

  it('takes a code where the office keeps no list of restaurants', async () => {
    const page = await openPage({
      settings: { ...recorded.settings, restaurants: [] },
      preview: inTurn(refused('noRestaurant'), previewView('check')),
    });
    await page.find(PHONE);
    await screen.findByTestId('guest-card');
    await page.person.keyboard('{F4}');
    await page.type(NUMBER, 'Д-3');
    await page.type('Оплачено деньгами', '100{Enter}');
    await waitFor(() =>
      expect(screen.getByLabelText('Код ресторана')).toHaveAccessibleDescription(
        expect.stringContaining('Заполните это поле'),
      ),
    );
    await page.type('Код ресторана', '777');
    await page.sendByEnter();
    await screen.findByTestId('ending-done');
    expect(page.backend.asked('submit')[0]?.[1]).toMatchObject({ restCode: '777' });
  });

  it('with a restaurant that was taken off the list asks for another', async () => {
    const page = await checkForm('Д-6');
    await waitFor(() => expect(page.backend.drafts.get('check')).toContain('"restCode":"101"'));
    page.program.unmount();
    page.backend.answer({ settings: { ...recorded.settings, restaurants: recorded.settings.restaurants.slice(1) } });

    const again = await openPage({}, page.backend);
    await again.person.keyboard('{F4}');
    expect(await screen.findByLabelText(NUMBER)).toHaveValue('Д-6');
    await waitFor(() => expect(screen.getByLabelText('Ресторан')).toHaveValue(''));
  });

  it('is no longer called wrong at a date that was picked anew', async () => {
    const page = await checkForm('Д-7', { preview: refused('future') });
    await page.type('Дата покупки', '01.01.2099');
    await page.person.keyboard('{Enter}');
    const field = screen.getByLabelText('Дата покупки');
    await waitFor(() => expect(field).toHaveAccessibleDescription('Эта дата ещё не наступила'));
    await page.person.click(screen.getByRole('button', { name: 'Выбрать дату: Дата покупки' }));
    await page.person.click(await screen.findByRole('button', { name: '01.01.2099' }));
    expect(field).toHaveValue('01.01.2099');
    expect(field).toBeValid();
  });
});

describe('a day', () => {
  const leave = async (text: string, label = 'Дата покупки') => {
    const page = await checkForm('Д-7');
    await page.type(label, text);
    await page.person.tab();
    return screen.getByLabelText(label);
  };
  it('that lacks its year is shown as the office reads it', async () => {
    const understood = {
      key: 'purchasedAt',
      error: null,
      value: { kind: 'date' as const, iso: '2026-11-27', text: '27.11.2026' },
    };
    const page = await checkForm('Д-7');
    page.backend.answer({ understand: [understood] });
    await page.type('Дата покупки', '27.11');
    await page.person.tab();
    await waitFor(() => expect(screen.getByLabelText('Дата покупки')).toHaveValue('27.11.2026'));
  });
  it('that the office refuses stays as typed, and says so at its field', async () => {
    const field = await leave('28.02.87');
    await waitFor(() => expect(field).toBeInvalid());
    expect(field).toHaveValue('28.02.87');
  });
  it('of a birthday is of the past: 28.02.87 is 1987', async () => {
    const page = await openPage();
    await page.person.keyboard('{F8}');
    await page.type('День рождения', '28.02.87');
    await page.person.tab();
    await waitFor(() => expect(screen.getByLabelText('День рождения')).toHaveValue('28.02.1987'));
  });
});
