import { screen, waitFor, within } from '@testing-library/svelte';
import { tick } from 'svelte';
import { describe, expect, it } from 'vitest';
import type { HaltView, JournalHealth } from '$lib/backend/types';
import { openPage, PHONE, plain } from '../../test/page';
import { program as recorded, refused } from '../../test/recorded';
import { inTurn } from '../../test/scripted';
import { appError, appStatus, atFirstStart, guestCard, queueView } from '../../test/views';

const wizard = { appStatus: () => atFirstStart() };
const withJournal = (health: JournalHealth) => ({
  appStatus: () => appStatus({ queue: null, journal: { path: 'journal.db', health, rolledBack: null, shared: false } }),
});
const halt: HaltView = {
  reason: 'factor_of_hundred',
  operation: 'op',
  at: '2026-11-23T09:00:00Z',
  expected: 500_00,
  changed: 5_00,
};

describe('the first start', () => {
  it('offers a server or training, and training says what it is', async () => {
    const page = await openPage(wizard);
    await page.person.click(await screen.findByRole('button', { name: 'Попробовать на учебном сервере' }));
    expect(plain(await screen.findByTestId('training-banner'))).toContain('Настоящие гости и бонусы не затрагиваются');
  });

  it('asks who works here and for which restaurants, and where the code is found', async () => {
    const nobody = { ...recorded.settings, operator: '', restaurants: [] };
    const page = await openPage({
      ...wizard,
      connect: () => appStatus(),
      settings: nobody,
      saveSettings: (now) => now,
    });
    await page.person.click(await screen.findByRole('button', { name: 'Подключить ProBonus' }));
    await page.type('Адрес сервера', 'https://probonus.office:6896');
    await page.type('Токен для API', 'secret{Enter}');
    await screen.findByRole('heading', { name: 'Кто и где работает' });
    expect(screen.getByText(/«Настройки → Рестораны», колонка «Код»/)).toBeVisible();
    await waitFor(() => expect(screen.getByLabelText('Ваше имя')).toHaveFocus());
    await page.person.keyboard('Ольга{Tab}101{Tab}Кафе на Тверской{Enter}');
    await screen.findByText('Найдите гостя по телефону');
    const [saved] = page.backend.asked('saveSettings').at(-1) ?? [];
    expect(saved).toMatchObject({ operator: 'Ольга', restaurants: [{ code: '101', name: 'Кафе на Тверской' }] });
    expect(screen.getByText('Работает: Ольга')).toBeVisible();
  });

  it('can leave that for later, and the name stays a click away', async () => {
    const connect = () => appStatus({ operator: '' });
    const page = await openPage({ ...wizard, connect, settings: { ...recorded.settings, operator: '' } });
    await page.person.click(await screen.findByRole('button', { name: 'Подключить ProBonus' }));
    await page.type('Адрес сервера', 'https://probonus.office:6896');
    await page.type('Токен для API', 'secret{Enter}');
    await page.person.click(await screen.findByRole('button', { name: 'Позже' }));
    await page.person.click(await screen.findByRole('button', { name: 'Имя не указано' }));
    expect(await screen.findByLabelText('Ваше имя')).toBeVisible();
  });

  it('tells each mistake at its field and keeps what was typed', async () => {
    const page = await openPage({ ...wizard, connect: refused('connectWords') });
    await page.person.click(await screen.findByRole('button', { name: 'Подключить ProBonus' }));
    await page.type('Адрес сервера', 'не адрес');
    await page.person.keyboard('{Enter}');
    await waitFor(() =>
      expect(screen.getByLabelText('Адрес сервера')).toHaveAccessibleDescription(
        expect.stringContaining('Введите адрес вида'),
      ),
    );
    expect(screen.getByLabelText('Адрес сервера')).toHaveValue('не адрес');
  });

  it('keeps the address, and no secret, over a step back', async () => {
    const page = await openPage(wizard);
    const open = async () => page.person.click(await screen.findByRole('button', { name: 'Подключить ProBonus' }));
    await open();
    await page.type('Адрес сервера', 'https://probonus.office:6896');
    await page.type('Токен для API', 'secret');
    await page.person.click(screen.getByRole('button', { name: 'Назад' }));
    await open();
    expect(screen.getByLabelText('Адрес сервера')).toHaveValue('https://probonus.office:6896');
    expect(screen.getByLabelText('Токен для API')).toHaveValue('');
  });

  it('explains a locked keychain and lets the token live in memory', async () => {
    const connect = inTurn<'connect'>(appError('keychain_locked', {}, 'failed'), () =>
      appStatus({ insecureHttp: true }),
    );
    const page = await openPage({ ...wizard, connect });
    await page.person.click(await screen.findByRole('button', { name: 'Подключить ProBonus' }));
    await page.type('Адрес сервера', 'http://10.0.0.5:6896');
    await page.type('Токен для API', 'secret{Enter}');
    expect(plain(await screen.findByTestId('connect-error'))).toContain('Хранилище паролей заблокировано');
    await page.person.click(screen.getByLabelText(/Хранить вход только до закрытия программы/));
    await page.person.click(screen.getByRole('button', { name: 'Подключить' }));
    expect(await screen.findByTestId('http-warning')).toBeVisible();
    expect(page.backend.asked('connect').map(([form]) => form.remember)).toEqual(['keychain', 'memory']);
    expect(document.body.innerHTML).not.toContain('secret');
    expect(JSON.stringify(page.backend.asked('saveDraft'))).not.toContain('secret');
  });
});

describe('the frame', () => {
  it('names a file of another program in the place of the journal', async () => {
    await openPage(withJournal('not_a_journal'));
    expect(plain(await screen.findByTestId('journal-banner'))).toContain('На месте журнала файл другой программы');
  });

  it('names a journal of another server, and the way out', async () => {
    await openPage(withJournal('of_other_server'));
    const banner = plain(await screen.findByTestId('journal-banner'));
    expect(banner).toContain('Журнал ведётся для другого сервера');
    expect(banner).toContain('Подключите прежний сервер');
  });

  it('names a journal in other hands, and opens it when it is free', async () => {
    const page = await openPage(withJournal('locked'));
    const banner = await screen.findByTestId('journal-banner');
    expect(plain(banner)).toContain('Журнал занят другой программой');
    await page.person.click(within(banner).getByRole('button', { name: 'Повторить' }));
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
    const page = await openPage();
    await page.person.keyboard(key);
    expect(await screen.findByRole('heading', { level: 1, name: title })).toBeVisible();
  });

  it.each([
    ['{F7}', 'searchbox', 'Поиск по журналу'],
    ['{F9}', 'tab', 'Сервер'],
  ])('%s puts the cursor where the work begins', async (key, role, name) => {
    const page = await openPage();
    await page.person.keyboard(key);
    const place = await screen.findByRole(role, { name });
    await waitFor(() => expect(place).toHaveFocus());
  });

  it('lists the keys on ?, but not while something is typed', async () => {
    const page = await openPage();
    await page.person.keyboard('{F3}');
    await page.type(/^Примечание/, 'что это?');
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(screen.getByLabelText(/^Примечание/)).toHaveValue('что это?');
    // No phone has a question mark: there it is the key.
    await page.person.keyboard('{F2}?');
    expect(await screen.findByRole('dialog', { name: 'Клавиши' })).toBeVisible();
    await page.person.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('explains a halt, and resumes after a question', async () => {
    const page = await openPage({ appStatus: () => appStatus({ queue: queueView({ halt }) }) });
    const banner = await screen.findByTestId('halt-banner');
    expect(plain(banner)).toContain('отправили +500,00 ₽, на сервере +5,00 ₽');
    await page.person.click(within(banner).getByRole('button', { name: 'Возобновить отправку' }));
    const question = await screen.findByRole('dialog', { name: 'Возобновить отправку?' });
    expect(screen.getByTestId('halt-banner')).toBeVisible();
    await page.person.click(within(question).getByRole('button', { name: 'Сверено, возобновить' }));
    await waitFor(() => expect(screen.queryByTestId('halt-banner')).toBeNull());
  });

  it('says that a return may have undone another guest’s receipt', async () => {
    const nothing = { ...halt, reason: 'no_change' as const, expected: 0, changed: 0 };
    await openPage({ appStatus: () => appStatus({ queue: queueView({ halt: nothing }) }) });
    expect(plain(await screen.findByTestId('halt-banner'))).toContain('у этого гостя ничего не изменилось');
  });

  it('tells both entries of what was applied twice', async () => {
    const entries = ['28.11.2026 12:00 · 500,00', '28.11.2026 12:01 · 500,00'];
    const doubled = { ...halt, reason: 'doubled' as const, entries };
    await openPage({ appStatus: () => appStatus({ queue: queueView({ halt: doubled }) }) });
    const banner = await screen.findByTestId('halt-banner');
    expect(plain(banner)).toContain('дважды');
    for (const entry of entries) expect(plain(banner)).toContain(entry);
  });

  it('names the account of the other guest whom the same receipt counts for', async () => {
    const entries = ['28.11.2026 12:00 · 500,00 · A-1'];
    const shared = { ...halt, reason: 'two_guests' as const, entries, otherAccount: '100002' };
    await openPage({ appStatus: () => appStatus({ queue: queueView({ halt: shared }) }) });
    const banner = await screen.findByTestId('halt-banner');
    expect(plain(banner)).toContain('двум гостям');
    expect(plain(banner)).toContain('со счётом 100002');
    expect(plain(banner)).toContain(entries[0]);
  });

  it('does not blame the server where no sign-in is kept', async () => {
    await openPage({ appStatus: () => appStatus({ mode: 'live', session: 'no_secret' }) });
    expect(await screen.findByText(/нет сохранённого входа/)).toBeVisible();
    expect(screen.queryByText(/больше не принимает/)).toBeNull();
  });

  it('asks to sign in again without losing the place', async () => {
    const page = await openPage({ appStatus: () => appStatus({ session: 'sign_in_again' }) });
    await page.person.keyboard('{F3}');
    await page.person.click(await screen.findByRole('button', { name: 'Войти заново' }));
    const dialog = await screen.findByRole('dialog', { name: 'Войти заново' });
    await page.person.type(within(dialog).getByLabelText('Токен для API'), 'new{Enter}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(screen.getByRole('heading', { level: 1, name: 'Начисление' })).toBeVisible();
  });
});

describe('a server that is off', () => {
  it('is told before anybody searches, and checked from there', async () => {
    const page = await openPage({ appStatus: () => appStatus({ session: 'unreachable' }) });
    const banner = await screen.findByTestId('unreachable-banner');
    expect(plain(banner)).toContain('Сервер ProBonus недоступен');
    await page.person.click(within(banner).getByRole('button', { name: 'Проверить' }));
    expect(page.backend.asked('checkConnection')).toHaveLength(1);
    page.backend.emit('sessionChanged', appStatus());
    await waitFor(() => expect(screen.queryByTestId('unreachable-banner')).toBeNull());
  });
});

describe('a status that was read before the queue changed', () => {
  it('takes back nothing that the queue has told since', async () => {
    const page = await openPage();
    const [queue, older] = [queueView(), appStatus()];
    page.backend.emit('queueChanged', queueView({ unknown: 1 }));
    const told = () => screen.queryByRole('button', { name: 'Исход неизвестен: 1' });
    await waitFor(() => expect(told()).toBeVisible());
    page.backend.emit('sessionChanged', older);
    page.backend.emit('queueChanged', queue);
    await tick();
    expect(told()).toBeVisible();
    page.backend.emit('sessionChanged', appStatus());
    await waitFor(() => expect(told()).toBeNull());
  });
});

describe('a sign-in that has ended', () => {
  it('is told in red nowhere once someone has signed in again: the card reads its parts anew', async () => {
    const signedOut = { class: 'failed' as const, code: 'sign_in_again' as const, message: '', details: {} };
    const without = guestCard({ balance: null, balanceError: signedOut });
    const page = await openPage({ guestCard: inTurn(without, guestCard()), groups: appError('sign_in_again') });
    await page.find(PHONE);
    expect(plain(await screen.findByTestId('guest-card'))).toContain('Нужно войти заново');
    page.backend.emit('sessionChanged', appStatus({ session: 'sign_in_again' }));
    page.backend.emit('sessionChanged', appStatus({ session: 'unreachable' }));
    page.backend.emit('sessionChanged', appStatus());
    await waitFor(() => expect(plain(screen.getByTestId('guest-card'))).not.toContain('Нужно войти заново'));
    await page.person.keyboard('{F8}');
    expect(await screen.findByText('Нужно войти заново')).toBeVisible();
    page.backend.emit('sessionChanged', appStatus({ session: 'sign_in_again' }));
    page.backend.emit('sessionChanged', appStatus());
    await waitFor(() => expect(screen.queryByText('Нужно войти заново')).toBeNull());
  });
});

describe('the settings', () => {
  it('speak English once asked to', async () => {
    const page = await openPage();
    await page.person.keyboard('{F9}');
    await page.person.click(await screen.findByRole('tab', { name: 'Программа' }));
    page.backend.answer({ settings: { ...recorded.settings, language: 'en' } });
    await page.person.selectOptions(screen.getByLabelText('Язык'), 'en');
    expect(await screen.findByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
    expect(page.backend.asked('saveSettings')).toMatchObject([[{ language: 'en' }]]);
  });

  it('show a refused restaurant at its field', async () => {
    const page = await openPage({ saveSettings: inTurn(refused('restaurants'), (settings) => settings) });
    await page.person.keyboard('{F9}');
    await page.person.click(await screen.findByRole('tab', { name: 'Работа' }));
    await page.person.click(screen.getByRole('button', { name: 'Добавить ресторан' }));
    await waitFor(() => expect(screen.getByLabelText('Код 3')).toHaveFocus());
    await page.person.click(screen.getByRole('button', { name: 'Сохранить' }));
    await waitFor(() => expect(screen.getByLabelText('Код 3')).toHaveAccessibleDescription('Заполните это поле'));
    await page.person.type(screen.getByLabelText('Код 3'), '103');
    await page.person.click(screen.getByRole('button', { name: 'Сохранить' }));
    expect(await screen.findByText('Сохранено')).toBeVisible();
    expect(page.backend.asked('saveSettings')[1]?.[0].restaurants[2]).toEqual({ code: '103', name: '' });
  });

  it('keep what was typed and not saved over another job', async () => {
    const page = await openPage();
    const open = async () => {
      await page.person.keyboard('{F9}');
      await page.person.click(await screen.findByRole('tab', { name: 'Работа' }));
    };
    await open();
    await page.type('Ваше имя', 'Пётр');
    await page.person.keyboard('{F3}');
    await open();
    expect(await screen.findByText('Восстановлен черновик')).toBeVisible();
    expect(screen.getByLabelText('Ваше имя')).toHaveValue('Пётр');

    await page.person.click(screen.getByRole('button', { name: 'Вернуть как было' }));
    expect(screen.getByLabelText('Ваше имя')).toHaveValue('Ольга Смирнова');
    await waitFor(() => expect(page.backend.drafts.size).toBe(0));
  });

  it('check the connection step by step', async () => {
    const page = await openPage();
    await page.person.keyboard('{F9}');
    await page.person.click(await screen.findByRole('button', { name: 'Проверить подключение' }));
    expect(plain(await screen.findByTestId('connection-report'))).toContain('Подключение работает');
  });
});
