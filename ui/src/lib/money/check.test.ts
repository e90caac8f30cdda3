import { render, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { FakeBackend } from '$lib/backend/fake';
import App from '$lib/shell/App.svelte';
import { IVANOVA, openProgram, plain, type Program } from '../../test/open';

async function checkForm(program: Program, number: string) {
  await program.find(IVANOVA);
  await screen.findByTestId('guest-card');
  await program.person.keyboard('{F4}');
  await program.person.selectOptions(await screen.findByLabelText('Ресторан'), '101');
  await program.type('Номер внешнего чека', number);
  await program.type('Оплачено деньгами', '1 450,50');
}

describe('an outside receipt', () => {
  it('is registered by keyboard, and undone by a return once', async () => {
    const program = await openProgram();
    await checkForm(program, 'Д-2001');
    await program.type('Оплачено бонусами', '100');
    await program.person.click(screen.getByRole('radio', { name: 'суммой' }));
    await program.type('Начислить бонусов', '72,5');
    await program.person.keyboard('{Enter}');
    const dialog = await screen.findByRole('dialog');
    expect(plain(dialog)).toContain('Провести чек Д-2001');
    expect(plain(dialog)).toContain('Кафе «Берёзка» на Тверской (101)');
    expect(plain(dialog)).toContain('−27,50 ₽');
    await program.person.keyboard('{Enter}');
    expect(plain(await screen.findByTestId('ending-done'))).toContain('Чек Д-2001 проведён');

    await program.person.keyboard('{F6}');
    await program.type('Номер чека, GUID, телефон или дата', 'Д-2001{Enter}');
    // The only one found is a key away, and before it is done it is seen what it undoes.
    const undo = await screen.findByRole('button', { name: 'Вернуть чек Д-2001' });
    await waitFor(() => expect(undo).toHaveFocus());
    await program.person.keyboard('{Enter}');
    await screen.findByRole('button', { name: /Подтвердить/ });
    const undone = screen.getByRole('region', { name: 'Что будет отменено' });
    expect([...undone.querySelectorAll('dl > div')].map(plain)).toEqual([
      'Начислено бонусов 72,50 ₽',
      'Оплачено бонусами 100,00 ₽',
      'Учтено в обороте 1 450,50 ₽',
    ]);
    await program.person.keyboard('{Enter}');
    expect(plain(await screen.findByTestId('ending-done'))).toContain('Чек Д-2001 возвращён');

    await program.person.keyboard('{Enter}');
    await program.type('Номер чека, GUID, телефон или дата', 'Д-2001{Enter}');
    expect(await screen.findByRole('button', { name: 'Уже возвращён' })).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Вернуть чек Д-2001' })).toBeNull();
  });

  it('marks bonuses counted from a percent as the program’s own count, down to the confirmation', async () => {
    const program = await openProgram();
    await checkForm(program, 'Д-5');
    await program.person.click(screen.getByRole('radio', { name: 'процентом' }));
    await waitFor(() =>
      expect(plain(screen.getByText(/считает эта программа/))).toBe('Начислим 72,52 ₽ (считает эта программа)'),
    );
    await program.person.click(screen.getByRole('button', { name: /^Проверить/ }));
    const line = (dialog: HTMLElement) =>
      [...dialog.querySelectorAll('dl > div')].map(plain).find((text) => text.startsWith('Начислить бонусов'));
    expect(line(await screen.findByRole('dialog'))).toBe(
      'Начислить бонусов 72,52 ₽ 5 % от 1 450,50 ₽ (считает эта программа)',
    );
    // What was typed by hand is the operator's, and not marked.
    await program.person.keyboard('{Escape}');
    await program.person.click(screen.getByRole('radio', { name: 'суммой' }));
    await program.type('Начислить бонусов', '72,52');
    await program.person.click(screen.getByRole('button', { name: /^Проверить/ }));
    expect(line(await screen.findByRole('dialog'))).toBe('Начислить бонусов 72,52 ₽');
  });

  it.each([
    ['{Backspace}', 'Заполните это поле'],
    ['00', 'Слишком большое число'],
    ['x', 'Введите число, например 1\u202f234,56'],
  ])('does not take a percent that can’t be read (5%s) for no bonuses at all', async (typed, told) => {
    const program = await openProgram();
    await checkForm(program, 'Д-6');
    await program.person.click(screen.getByRole('radio', { name: 'процентом' }));
    const percent = screen.getByLabelText('Процент от оплаты');
    await program.person.type(percent, typed);
    await program.person.click(screen.getByRole('button', { name: /^Проверить/ }));
    await waitFor(() => expect(percent).toHaveAccessibleDescription(expect.stringContaining(told)));
    expect(screen.queryByRole('dialog')).toBeNull();
    await program.person.type(percent, '1');
    expect(percent).not.toHaveAccessibleDescription(expect.stringContaining(told));
  });

  it('begins with the station of the settings, however early it is opened', async () => {
    render(App, { props: { backend: new FakeBackend({ delay: 10 }), screen: 'check' } });
    expect(await screen.findByLabelText('Станция')).toHaveValue('999');
  });

  it('with a number that stands is refused at the number, with the way to that operation', async () => {
    const program = await openProgram();
    await checkForm(program, 'Д-1');
    await program.sendByEnter();
    await screen.findByTestId('ending-done');
    await program.person.keyboard('{Enter}');
    await waitFor(() => expect(screen.getByLabelText('Гость')).toHaveFocus());
    await program.person.keyboard('9123456789{Enter}');
    await waitFor(() => expect(screen.getByLabelText('Номер внешнего чека')).toHaveFocus());
    vi.spyOn(program.backend, 'findPurchase').mockRejectedValue(new Error('busy'));
    await program.type('Номер внешнего чека', 'Д-1');
    await program.type('Оплачено деньгами', '1');
    await program.person.keyboard('{Enter}');
    await waitFor(() =>
      expect(screen.getByLabelText('Номер внешнего чека')).toHaveAccessibleDescription(
        'Чек с этим номером уже проведён',
      ),
    );
    await program.person.click(screen.getByRole('button', { name: 'Открыть в журнале' }));
    expect(await screen.findByRole('dialog', { name: 'Провести чек Д-1' })).toBeVisible();
  });

  it('above the balance is refused with what there is', async () => {
    const program = await openProgram();
    await checkForm(program, 'Д-2');
    await program.type('Оплачено бонусами', '9999');
    await program.person.keyboard('{Enter}');
    const field = screen.getByLabelText('Оплачено бонусами');
    await waitFor(() => expect(field).toBeInvalid());
    expect(field).toHaveAccessibleDescription('На счёте не хватает бонусов На счёте 1\u202f234,56\u202f₽');
    // What is said at the field is not said twice.
    expect(screen.queryByTestId('form-error')).toBeNull();
  });

  it('takes a code where the office keeps no list of restaurants', async () => {
    const backend = new FakeBackend();
    await backend.saveSettings({ ...(await backend.settings()), restaurants: [] });
    const program = await openProgram({}, backend);
    await program.find(IVANOVA);
    await screen.findByTestId('guest-card');
    await program.person.keyboard('{F4}');
    await program.type('Номер внешнего чека', 'Д-3');
    await program.type('Оплачено деньгами', '1{Enter}');
    await waitFor(() =>
      expect(screen.getByLabelText('Код ресторана')).toHaveAccessibleDescription(
        expect.stringContaining('Заполните это поле'),
      ),
    );
    await program.type('Код ресторана', '777');
    await program.sendByEnter();
    await screen.findByTestId('ending-done');
  });

  it('with a restaurant that was taken off the list asks for another', async () => {
    const program = await openProgram();
    await checkForm(program, 'Д-6');
    const settings = await program.backend.settings();
    await waitFor(() => expect(program.backend.drafts.get('check')).toContain('"restCode":"101"'));
    program.program.unmount();
    await program.backend.saveSettings({ ...settings, restaurants: settings.restaurants.slice(1) });

    const again = await openProgram({}, program.backend);
    await again.person.keyboard('{F4}');
    expect(await screen.findByLabelText('Номер внешнего чека')).toHaveValue('Д-6');
    await waitFor(() => expect(screen.getByLabelText('Ресторан')).toHaveValue(''));
  });

  it('is no longer called wrong at a date that was picked anew', async () => {
    const program = await openProgram();
    await checkForm(program, 'Д-7');
    await program.type('Дата покупки', '01.01.2099');
    await program.person.keyboard('{Enter}');
    const field = screen.getByLabelText('Дата покупки');
    await waitFor(() => expect(field).toBeInvalid());
    await program.person.click(screen.getByRole('button', { name: 'Выбрать дату: Дата покупки' }));
    await program.person.click(screen.getByRole('button', { name: '01.01.2099' }));
    expect(field).toHaveValue('01.01.2099');
    expect(field).toBeValid();
  });

  it('refuses a date that is to come', async () => {
    const program = await openProgram();
    await checkForm(program, 'Д-5');
    await program.type('Дата покупки', '01.01.2099');
    await program.person.keyboard('{Enter}');
    await waitFor(() =>
      expect(screen.getByLabelText('Дата покупки')).toHaveAccessibleDescription('Эта дата ещё не наступила'),
    );
  });
});
