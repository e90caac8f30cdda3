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
