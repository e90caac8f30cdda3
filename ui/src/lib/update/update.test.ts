import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { ReleaseView, UpdateView } from '$lib/backend/types';
import { openPage, plain } from '../../test/page';
import { held, type Answers } from '../../test/scripted';
import { appError, updateView } from '../../test/views';

const release: ReleaseView = {
  version: '0.2.0',
  date: '2026-12-01',
  notes: [
    { kind: 'heading', text: 'Новое' },
    { kind: 'item', text: 'Импорт чеков из таблицы.' },
    { kind: 'text', text: '<b>не разметка</b>' },
  ],
  isCut: false,
  hasFile: true,
};
const checkedAt = '2026-11-23T18:00:00Z';
const newer = (change: Partial<UpdateView> = {}) => updateView({ found: release, offered: true, checkedAt, ...change });

async function section(answers: Answers) {
  const page = await openPage(answers);
  await page.person.keyboard('{F9}');
  await page.person.click(await screen.findByRole('tab', { name: 'Помощь' }));
  return { ...page, updates: await screen.findByTestId('updates') };
}
const press = (updates: HTMLElement, name: string) => within(updates).getByRole('button', { name });

describe('a check by hand', () => {
  it('says that this is the newest version', async () => {
    const { updates, person, backend } = await section({});
    expect(plain(updates)).toContain('Установлена версия 0.1.0');
    expect(within(updates).queryByRole('button', { name: 'Установить и перезапустить' })).toBeNull();
    backend.answer({ checkUpdate: updateView({ checkedAt }) });
    await person.click(press(updates, 'Проверить сейчас'));
    await waitFor(() => expect(plain(updates)).toContain('Это последняя версия. Проверено 23.11.2026'));
  });

  it('never sends people to their proxy or to ProBonus for what the server of updates does', async () => {
    const { updates, person, backend } = await section({});
    for (const [code, words] of [
      ['certificate_not_trusted', 'Это о сервере обновлений, не о ProBonus'],
      ['busy', 'Обновление уже проверяется или устанавливается'],
      ['update_server_failed', 'Сбой или отказ на его стороне'],
    ] as const) {
      backend.answer({ checkUpdate: appError(code) });
      await person.click(press(updates, 'Проверить сейчас'));
      await waitFor(() => expect(plain(updates)).toContain(words));
    }
  });

  it('shows what is new, as text', async () => {
    const { updates, person } = await section({ checkUpdate: newer() });
    await person.click(press(updates, 'Проверить сейчас'));
    expect(await within(updates).findByRole('heading', { name: 'Новая версия 0.2.0 от 01.12.2026' })).toBeVisible();
    const lines = [...within(updates).getByRole('group', { name: 'Что нового' }).children].map(plain);
    expect(lines).toEqual(['Новое', 'Импорт чеков из таблицы.', '<b>не разметка</b>']);
    expect(updates.querySelector('b')).toBeNull();
  });

  it('tells what stood in its way, in words of updates', async () => {
    const { updates, person, backend } = await section({ checkUpdate: appError('name_not_resolved', {}, 'failed') });
    await person.click(press(updates, 'Проверить сейчас'));
    expect(plain(await screen.findByTestId('update-error'))).toContain('Нет связи с сервером обновлений');
    backend.answer({ checkUpdate: appError('proxy_password', {}, 'failed') });
    await person.click(press(updates, 'Проверить сейчас'));
    await waitFor(() => expect(plain(screen.getByTestId('update-error'))).toContain('Прокси требует имя и пароль'));
  });
});

describe('an installation', () => {
  it('says how far it is, and presses nothing twice', async () => {
    const install = held(undefined);
    const { updates, person, backend } = await section({ update: newer(), installUpdate: install.step });
    await person.click(press(updates, 'Установить и перезапустить'));
    backend.emit('updateChanged', newer({ stage: { kind: 'downloading', percent: 40 } }));
    await waitFor(() => expect(plain(updates)).toContain('Скачивается: 40 %'));
    await person.click(press(updates, 'Установить и перезапустить'));
    expect(backend.asked('installUpdate')).toHaveLength(1);
    backend.emit('updateChanged', newer({ stage: { kind: 'installing' } }));
    install.letGo();
    await waitFor(() => expect(plain(updates)).toContain('Программа сейчас откроется снова'));
  });

  it.each([
    ['operations_out', 'refused', 'Сейчас отправляется операция'],
    ['update_not_trusted', 'failed', 'Обновление не прошло проверку'],
    ['connection_lost', 'failed', 'Нет связи с сервером обновлений'],
  ] as const)('that fails by %s is told, and can be tried again', async (code, kind, title) => {
    const { updates, person } = await section({ update: newer(), installUpdate: appError(code, {}, kind) });
    await person.click(press(updates, 'Установить и перезапустить'));
    expect(plain(await screen.findByTestId('update-error'))).toContain(title);
    expect(press(updates, 'Установить и перезапустить')).toBeEnabled();
  });
});

describe('a copy that does not install itself', () => {
  it.each([
    ['portable', 'замените папку программы', true],
    ['package', 'обновляется через менеджер пакетов', false],
    ['not_built_in', 'Эта сборка сама не обновляется', false],
  ] as const)('%s says how it is updated', async (way, told, looks) => {
    const { updates } = await section({ update: looks ? newer({ way }) : updateView({ way }) });
    expect(plain(updates)).toContain(told);
    expect(within(updates).queryByRole('button', { name: 'Установить и перезапустить' })).toBeNull();
    expect(within(updates).queryByRole('button', { name: 'Проверить сейчас' }) !== null).toBe(looks);
    expect(within(updates).queryByRole('checkbox') !== null).toBe(looks);
  });

  it('says that there is no file for its system', async () => {
    const { updates } = await section({ update: newer({ found: { ...release, hasFile: false } }) });
    expect(plain(updates)).toContain('Для этой системы файла пока нет');
  });
});

describe('the setting', () => {
  it('is saved at once, and goes back if it can’t be', async () => {
    const { updates, person, backend } = await section({});
    const box = within(updates).getByRole('checkbox', { name: /Проверять обновления при запуске/ });
    expect(box).toBeChecked();
    await person.click(box);
    await waitFor(() => expect(box).not.toBeChecked());
    expect(backend.asked('checkUpdatesAtStart')).toEqual([[false]]);
    backend.answer({ checkUpdatesAtStart: appError('settings_not_saved', {}, 'failed') });
    await person.click(box);
    expect(plain(await screen.findByTestId('update-error'))).toContain('Настройки не сохранены');
    expect(box).not.toBeChecked();
  });
});

describe('the banner', () => {
  it('comes quietly when a start found something, and leads to the news', async () => {
    const { person, backend } = await openPage();
    expect(screen.queryByTestId('update-banner')).toBeNull();
    backend.emit('updateChanged', newer());
    const banner = await screen.findByTestId('update-banner');
    expect(plain(banner)).toContain('Есть новая версия 0.2.0');
    await person.click(within(banner).getByRole('button', { name: 'Что нового' }));
    expect(await screen.findByRole('group', { name: 'Что нового' })).toBeVisible();
    expect(screen.queryByTestId('update-banner')).toBeNull();
  });

  it('is put off to tomorrow, and the section says so', async () => {
    const { person } = await openPage({ update: newer(), postponeUpdate: newer({ offered: false }) });
    const banner = await screen.findByTestId('update-banner');
    await person.click(within(banner).getByRole('button', { name: 'Напомнить завтра' }));
    await waitFor(() => expect(screen.queryByTestId('update-banner')).toBeNull());
    await person.keyboard('{F9}');
    await person.click(await screen.findByRole('tab', { name: 'Помощь' }));
    const updates = await screen.findByTestId('updates');
    expect(plain(updates)).toContain('Напомним завтра');
    expect(press(updates, 'Установить и перезапустить')).toBeEnabled();
  });
});
