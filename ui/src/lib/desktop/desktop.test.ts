import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { AutostartState } from '$lib/backend/types';
import { openPage, plain } from '../../test/page';
import type { Answers } from '../../test/scripted';
import { appError, desktopView } from '../../test/views';

async function choices(answers: Answers) {
  const page = await openPage(answers);
  await page.person.keyboard('{F9}');
  await page.person.click(await screen.findByRole('tab', { name: 'Программа' }));
  return { ...page, desktop: await screen.findByTestId('desktop') };
}
const box = (desktop: HTMLElement, name: RegExp) => within(desktop).getByRole('checkbox', { name });

describe('the start with the system', () => {
  const atSignIn = /Открывать при входе в систему/;

  it('is the tick that the system gives back', async () => {
    const { desktop, person, backend } = await choices({});
    expect(box(desktop, atSignIn)).not.toBeChecked();
    await person.click(box(desktop, atSignIn));
    expect(backend.asked('openAtSignIn')).toEqual([[true]]);
    await waitFor(() => expect(box(desktop, atSignIn)).toBeChecked());
    await person.click(box(desktop, atSignIn));
    await waitFor(() => expect(box(desktop, atSignIn)).not.toBeChecked());
  });

  it('says at its place what the system refused, and keeps the truth', async () => {
    const refused = appError('autostart_not_set', { technical: 'permission denied' }, 'failed');
    const { desktop, person } = await choices({ openAtSignIn: refused });
    await person.click(box(desktop, atSignIn));
    await waitFor(() => expect(plain(desktop)).toContain('Система не приняла настройку'));
    expect(box(desktop, atSignIn)).not.toBeChecked();
  });

  it.each<[AutostartState, string, boolean]>([
    [{ kind: 'elsewhere', program: '/opt/old/office' }, 'открывается другая копия: /opt/old/office', true],
    [{ kind: 'switched_off' }, 'Выключено в настройках автозагрузки системы', true],
    [{ kind: 'unreadable', technical: 'access denied' }, 'Система не сказала', true],
    [{ kind: 'impossible' }, 'В этой системе программа этого пока не умеет', false],
  ])('tells a state that is neither on nor off: %o', async (autostart, words, canBeChosen) => {
    const { desktop } = await choices({ desktop: desktopView({ autostart }) });
    expect(plain(desktop)).toContain(words);
    expect(box(desktop, atSignIn)).not.toBeChecked();
    if (canBeChosen) expect(box(desktop, atSignIn)).toBeEnabled();
    else expect(box(desktop, atSignIn)).toBeDisabled();
  });
});

describe('the icon in the notification area', () => {
  const icon = /Значок в области уведомлений/;

  it('says what the cross does then, and what the start with the system does', async () => {
    const { desktop, person, backend } = await choices({});
    expect(plain(desktop)).toContain('Крестик тогда не закрывает программу, а прячет окно');
    await person.click(box(desktop, icon));
    expect(backend.asked('showTray')).toEqual([[true]]);
    await waitFor(() => expect(box(desktop, icon)).toBeChecked());
    expect(plain(desktop)).toContain('программа будет значком в области уведомлений');
  });

  it('can’t be chosen where there is none, and can be given up', async () => {
    const none = (isWanted: boolean) => desktopView({ tray: { isWanted, isPossible: false } });
    const { desktop, backend } = await choices({ desktop: none(false) });
    expect(plain(desktop)).toContain('У этого рабочего стола нет области уведомлений');
    expect(box(desktop, icon)).toBeDisabled();
    backend.emit('desktopChanged', none(true));
    await waitFor(() => expect(box(desktop, icon)).toBeEnabled());
    backend.emit('desktopChanged', desktopView());
    await waitFor(() => expect(plain(desktop)).not.toContain('нет области уведомлений'));
  });

  it('is refused in words, and stays unticked', async () => {
    const { desktop, person } = await choices({ showTray: appError('tray_impossible', {}, 'failed') });
    await person.click(box(desktop, icon));
    await waitFor(() => expect(plain(desktop)).toContain('У рабочего стола нет области уведомлений'));
    expect(box(desktop, icon)).not.toBeChecked();
  });

  it('asks once before the window hides, and every way out is a key away', async () => {
    const { person, backend } = await openPage({});
    const dialog = async () => {
      backend.emit('desktopAsks', 'may_hide');
      return within(await screen.findByRole('dialog'));
    };
    const asked = await dialog();
    expect(asked.getByRole('button', { name: 'Спрятать окно' })).toHaveFocus();
    await person.keyboard('{Enter}');
    expect(backend.asked('closeWindow')).toHaveLength(1);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());

    await person.click((await dialog()).getByRole('button', { name: 'Выйти из программы' }));
    expect(backend.asked('endProgram')).toHaveLength(1);
    await dialog();
    await person.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect([backend.asked('closeWindow').length, backend.asked('endProgram').length]).toEqual([1, 1]);
  });

  it('leads to the journal', async () => {
    const { backend } = await openPage({});
    backend.emit('desktopAsks', 'journal');
    expect(await screen.findByRole('heading', { name: 'Журнал' })).toBeVisible();
  });
});

describe('the notifications', () => {
  const label = /Уведомлять, когда выяснится исход операции/;

  it('say what they tell and what they keep to themselves', async () => {
    const { desktop, person, backend } = await choices({});
    expect(plain(desktop)).toContain('вид операции, сумма и исход, без имён и телефонов');
    await person.click(box(desktop, label));
    expect(backend.asked('notifyOfOutcomes')).toEqual([[true]]);
    await waitFor(() => expect(box(desktop, label)).toBeChecked());
  });

  it('can’t be chosen where the system shows none', async () => {
    const none = { isWanted: false, isPossible: false };
    const { desktop } = await choices({ desktop: desktopView({ notifications: none }) });
    expect(plain(desktop)).toContain('Эта система не показывает уведомления');
    expect(box(desktop, label)).toBeDisabled();
  });
});
