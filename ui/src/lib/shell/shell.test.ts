import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { openProgram, plain } from '../../test/open';

describe('the first start', () => {
  it('offers a server or training, and training says what it is', async () => {
    const program = await openProgram({ phase: 'wizard' });
    await program.person.click(await screen.findByRole('button', { name: 'Попробовать на учебном сервере' }));
    expect(plain(await screen.findByTestId('training-banner'))).toContain('Настоящие гости и бонусы не затрагиваются');
  });

  it('tells each mistake at its field and keeps what was typed', async () => {
    const program = await openProgram({ phase: 'wizard' });
    await program.person.click(await screen.findByRole('button', { name: 'Подключить ProBonus' }));
    await program.type('Адрес сервера', 'не адрес');
    await program.person.keyboard('{Enter}');
    await waitFor(() =>
      expect(screen.getByLabelText('Адрес сервера')).toHaveAccessibleDescription(
        expect.stringContaining('Введите адрес вида'),
      ),
    );
    expect(screen.getByLabelText('Токен для API')).toBeInvalid();
    expect(screen.getByLabelText('Адрес сервера')).toHaveValue('не адрес');
  });

  it('keeps the address, and no secret, over a step back', async () => {
    const program = await openProgram({ phase: 'wizard' });
    const open = async () => program.person.click(await screen.findByRole('button', { name: 'Подключить ProBonus' }));
    await open();
    await program.type('Адрес сервера', 'https://probonus.office:6896');
    await program.type('Токен для API', 'secret');
    await program.person.click(screen.getByRole('button', { name: 'Назад' }));
    await open();
    expect(screen.getByLabelText('Адрес сервера')).toHaveValue('https://probonus.office:6896');
    expect(screen.getByLabelText('Токен для API')).toHaveValue('');
  });

  it('explains a locked keychain and lets the token live in memory', async () => {
    const program = await openProgram({ phase: 'wizard', keychainProblem: 'locked' });
    await program.person.click(await screen.findByRole('button', { name: 'Подключить ProBonus' }));
    await program.type('Адрес сервера', 'http://10.0.0.5:6896');
    await program.type('Токен для API', 'secret{Enter}');
    expect(plain(await screen.findByTestId('connect-error'))).toContain('Хранилище паролей заблокировано');
    await program.person.click(screen.getByLabelText(/Хранить вход только до закрытия программы/));
    await program.person.click(screen.getByRole('button', { name: 'Подключить' }));
    expect(await screen.findByTestId('http-warning')).toBeVisible();
    expect(document.body.innerHTML).not.toContain('secret');
    expect([...program.backend.drafts.values()].join()).not.toContain('secret');
  });
});

describe('the frame', () => {
  it('names a file of another program in the place of the journal', async () => {
    await openProgram({ health: 'not_a_journal' });
    expect(plain(await screen.findByTestId('journal-banner'))).toContain('На месте журнала файл другой программы');
  });

  it('names a journal of another server, and the way out', async () => {
    await openProgram({ health: 'of_other_server' });
    const banner = plain(await screen.findByTestId('journal-banner'));
    expect(banner).toContain('Журнал ведётся для другого сервера');
    expect(banner).toContain('Подключите прежний сервер');
  });

  it('names a journal in other hands, and opens it when it is free', async () => {
    const program = await openProgram({ health: 'locked' });
    const banner = await screen.findByTestId('journal-banner');
    expect(plain(banner)).toContain('Журнал занят другой программой');
    await program.person.click(within(banner).getByRole('button', { name: 'Повторить' }));
    await waitFor(() => expect(screen.queryByTestId('journal-banner')).toBeNull());
  });

  it.each([
    ['{F3}', 'Начисление'],
    ['{F4}', 'Внешний чек'],
    ['{F6}', 'Возврат'],
    ['{F7}', 'Журнал'],
    ['{F8}', 'Новый гость'],
    ['{F9}', 'Настройки'],
  ])('%s opens «%s»', async (key, title) => {
    const program = await openProgram();
    await program.person.keyboard(key);
    expect(await screen.findByRole('heading', { level: 1, name: title })).toBeVisible();
  });

  it.each([
    ['{F7}', 'searchbox', 'Поиск по журналу'],
    ['{F9}', 'tab', 'Сервер'],
  ])('%s puts the cursor where the work begins', async (key, role, name) => {
    const program = await openProgram({ journal: 3 });
    await program.person.keyboard(key);
    const place = await screen.findByRole(role, { name });
    await waitFor(() => expect(place).toHaveFocus());
  });

  it('lists the keys on ?, but not while something is typed', async () => {
    const program = await openProgram();
    await program.person.keyboard('{F3}');
    await program.type(/^Примечание/, 'что это?');
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(screen.getByLabelText(/^Примечание/)).toHaveValue('что это?');
    // No phone has a question mark: there it is the key.
    await program.person.keyboard('{F2}?');
    expect(await screen.findByRole('dialog', { name: 'Клавиши' })).toBeVisible();
    await program.person.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('explains a halt and resumes', async () => {
    const program = await openProgram({ halt: 'factor_of_hundred', journal: 3 });
    const banner = await screen.findByTestId('halt-banner');
    expect(plain(banner)).toContain('отправили +500,00 ₽, на сервере +5,00 ₽');
    await program.person.click(within(banner).getByRole('button', { name: 'Возобновить отправку' }));
    await waitFor(() => expect(screen.queryByTestId('halt-banner')).toBeNull());
  });

  it('asks to sign in again without losing the place', async () => {
    const program = await openProgram({ signInAgain: true });
    await program.person.keyboard('{F3}');
    await program.person.click(await screen.findByRole('button', { name: 'Войти заново' }));
    const dialog = await screen.findByRole('dialog', { name: 'Войти заново' });
    await program.person.type(within(dialog).getByLabelText('Токен для API'), 'new{Enter}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(screen.getByRole('heading', { level: 1, name: 'Начисление' })).toBeVisible();
  });
});

describe('the settings', () => {
  it('speak English once asked to', async () => {
    const program = await openProgram();
    await program.person.keyboard('{F9}');
    await program.person.click(await screen.findByRole('tab', { name: 'Программа' }));
    await program.person.selectOptions(screen.getByLabelText('Язык'), 'en');
    expect(await screen.findByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
  });

  it('refuse a restaurant without a code at its field', async () => {
    const program = await openProgram();
    await program.person.keyboard('{F9}');
    await program.person.click(await screen.findByRole('tab', { name: 'Работа' }));
    await program.person.click(screen.getByRole('button', { name: 'Добавить ресторан' }));
    await waitFor(() => expect(screen.getByLabelText('Код 3')).toHaveFocus());
    await program.person.click(screen.getByRole('button', { name: 'Сохранить' }));
    await waitFor(() => expect(screen.getByLabelText('Код 3')).toHaveAccessibleDescription('Заполните это поле'));
    await program.person.type(screen.getByLabelText('Код 3'), '103');
    await program.person.click(screen.getByRole('button', { name: 'Сохранить' }));
    expect(await screen.findByText('Сохранено')).toBeVisible();
  });

  it('keep what was typed and not saved over another job', async () => {
    const program = await openProgram();
    const open = async () => {
      await program.person.keyboard('{F9}');
      await program.person.click(await screen.findByRole('tab', { name: 'Работа' }));
    };
    await open();
    await program.type('Ваше имя', 'Пётр');
    await program.person.keyboard('{F3}');
    await open();
    expect(await screen.findByText('Восстановлен черновик')).toBeVisible();
    expect(screen.getByLabelText('Ваше имя')).toHaveValue('Пётр');

    await program.person.click(screen.getByRole('button', { name: 'Вернуть как было' }));
    expect(screen.getByLabelText('Ваше имя')).toHaveValue('Ольга Смирнова');
    await waitFor(() => expect(program.backend.drafts.size).toBe(0));
  });

  it('check the connection step by step', async () => {
    const program = await openProgram();
    await program.person.keyboard('{F9}');
    await program.person.click(await screen.findByRole('button', { name: 'Проверить подключение' }));
    expect(plain(await screen.findByTestId('connection-report'))).toContain('Подключение работает');
  });
});
