import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { SecretConstant } from '$lib/backend/types';
import { openPage, plain, PHONE, type Page } from '../../test/page';
import { inTurn, type Answers } from '../../test/scripted';
import { appError, appStatus, atFirstStart, contractReport } from '../../test/views';

const KEY = 'k3y-of-the-gateway';
const application: SecretConstant = { place: 'header', name: 'Application-Id' };
const wanted = () => appError('key_wanted', { keys: [application] });
const settled = { impossible: [], hold: null, hasNews: false, phonesKnown: true, rightsDoubt: null };

function server(more: Answers): Answers {
  return {
    appStatus: () => atFirstStart(),
    contractReport: contractReport(),
    saveSettings: (settings) => settings,
    ...more,
  };
}
const connected = () => appStatus({ contract: settled });
const keysOf = (page: Page) => page.backend.asked('connect').map(([asked]) => asked.keys);
const byName = (name: string, value: string, asked: boolean) => ({ place: 'header', name, value, asked });
const blank = byName('', '', false);

async function connect(more: Answers) {
  const page = await openPage(server(more));
  await page.person.click(await screen.findByRole('button', { name: 'Подключить ProBonus' }));
  await page.type('Адрес сервера', 'https://bonus.example');
  await page.type('Токен для API', 'secret{Enter}');
  return page;
}

describe('a server that declares a key', () => {
  it('asks for it by its name before it is connected, and the key is in no draft', async () => {
    const page = await connect({ connect: inTurn(wanted(), connected) });
    const key = await screen.findByLabelText('Ключ Application-Id');
    expect(key).toHaveAttribute('type', 'password');
    await waitFor(() => expect(key).toHaveFocus());
    expect(plain(screen.getByTestId('asked-keys'))).toContain('Нет такого ключа — оставьте поле пустым');
    expect(screen.queryByTestId('connect-error')).toBeNull();
    expect(screen.queryByText('Сервер требует ещё один ключ?')).toBeNull();
    await page.person.keyboard(`${KEY}{Enter}`);
    expect(await screen.findByText('Найдите гостя по телефону')).toBeVisible();
    expect(keysOf(page)).toEqual([[blank], [blank, byName('Application-Id', KEY, true)]]);
    expect([...page.backend.drafts.values()].join()).not.toContain(KEY);
    expect(document.body.innerHTML).not.toContain(KEY);
  });

  it('keeps what was typed when the attempt fails, and asks another server for nothing', async () => {
    const offline = appError('cannot_connect', { step: 'connect' }, 'failed');
    const page = await connect({ connect: inTurn(wanted(), offline, connected) });
    const key = await screen.findByLabelText('Ключ Application-Id');
    await waitFor(() => expect(key).toHaveFocus());
    await page.person.keyboard(`${KEY}{Enter}`);
    await screen.findByTestId('connect-error');
    expect(screen.getByLabelText('Ключ Application-Id')).toHaveValue(KEY);
    await page.type('Адрес сервера', 'https://other.example{Enter}');
    expect(await screen.findByText('Найдите гостя по телефону')).toBeVisible();
    expect(keysOf(page).at(-1)).toEqual([blank]);
  });

  it('says at the key what is wrong with it', async () => {
    const bad = appError('invalid_input', { fields: [{ field: 'keys.1.value', code: 'bad_characters' }] });
    const page = await connect({ connect: inTurn(wanted(), bad) });
    const key = await screen.findByLabelText('Ключ Application-Id');
    await waitFor(() => expect(key).toHaveFocus());
    await page.person.keyboard('ключ{Enter}');
    await waitFor(() => expect(page.backend.asked('connect')).toHaveLength(2));
    await waitFor(() => expect(key).toHaveAccessibleDescription(/недопустимые знаки/));
    await waitFor(() => expect(key).toHaveFocus());
  });

  it('asks for it again with the sign-in, where it was kept in memory', async () => {
    const page = await openPage({
      appStatus: () => appStatus({ session: 'no_secret' }),
      signIn: inTurn(wanted(), () => appStatus({ session: 'signed_in' })),
    });
    await page.person.click(await screen.findByRole('button', { name: 'Войти' }));
    await page.type('Токен для API', 'secret{Enter}');
    const key = await screen.findByLabelText('Ключ Application-Id');
    await waitFor(() => expect(key).toHaveFocus());
    await page.person.keyboard(KEY);
    await page.person.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Войти' }));
    await waitFor(() => expect(page.backend.asked('signIn')).toHaveLength(2));
    expect(page.backend.asked('signIn')[1]?.[2]).toEqual([byName('Application-Id', KEY, true)]);
  });
});

describe('a server that declares nothing and refuses', () => {
  const refused = () => appError('sign_in_again', { step: 'authorise', status: 401 }, 'failed');

  it('lets headers with keys be added by hand', async () => {
    const bad = appError('invalid_input', { fields: [{ field: 'keys.0.name', code: 'no_room' }] });
    const page = await connect({ connect: inTurn(refused(), bad, connected) });
    expect(await screen.findByText(/Возможно, он требует ещё один ключ/)).toBeVisible();
    await page.person.click(screen.getByText('Сервер требует ещё один ключ?'));
    await page.type('Имя заголовка', 'Host');
    await page.person.click(screen.getByRole('button', { name: 'Ещё один ключ' }));
    await waitFor(() => expect(screen.getAllByLabelText('Имя заголовка')[1]).toHaveFocus());
    await page.person.type(screen.getAllByLabelText('Ключ')[0] as HTMLElement, `${KEY}{Enter}`);
    const name = screen.getAllByLabelText('Имя заголовка')[0] as HTMLElement;
    await waitFor(() => expect(name).toHaveAccessibleDescription(/занимает сама программа/));
    await waitFor(() => expect(name).toHaveFocus());
    await page.person.clear(name);
    await page.person.type(name, 'X-Api-Key{Enter}');
    expect(await screen.findByText('Найдите гостя по телефону')).toBeVisible();
    expect(keysOf(page).at(-1)).toEqual([byName('X-Api-Key', KEY, false), blank]);
  });

  it('is offered no key where it could not be reached', async () => {
    await connect({ connect: appError('cannot_connect', { step: 'connect' }, 'failed') });
    await screen.findByTestId('connect-error');
    expect(screen.queryByText('Сервер требует ещё один ключ?')).toBeNull();
  });

  it('takes a key when it refuses the search of a known guest', async () => {
    const found = { groups: 3, tried: ['eight' as const], format: 'eight' as const, found: ['Анна'], changes: [] };
    const page = await connect({
      connect: () => appStatus({ contract: { ...settled, phonesKnown: false } }),
      probeContract: inTurn(appError('forbidden', { status: 403 }, 'failed'), found),
      keepSecretConstant: contractReport(),
    });
    expect(screen.queryByTestId('key-fold')).toBeNull();
    await page.type('Телефон известного гостя', `${PHONE}{Enter}`);
    await page.person.click(await screen.findByText('Сервер требует ещё один ключ?'));
    await page.type('Имя заголовка', 'X-Api-Key');
    await page.type('Ключ', `${KEY}{Enter}`);
    await waitFor(() => expect(screen.getByLabelText('Телефон известного гостя')).toHaveFocus());
    expect(page.backend.asked('keepSecretConstant')).toEqual([
      [{ place: 'header', name: 'X-Api-Key', value: KEY, method: null, remember: 'keychain' }],
    ]);
    await page.person.keyboard(`${PHONE}{Enter}`);
    await waitFor(() => expect(plain(screen.getByTestId('probe-result'))).toContain('Анна'));
  });

  it('is searched again with the key when it refuses its description', async () => {
    const hidden = contractReport({ document: null, origin: null, descriptionRefused: true });
    const page = await connect({ connect: connected, contractReport: hidden, keepSecretConstant: hidden });
    expect(await screen.findByText(/описание сервер показать отказался/)).toBeVisible();
    await page.person.click(screen.getByText('Сервер требует ещё один ключ?'));
    await page.type('Имя заголовка', 'X-Api-Key');
    await page.type('Ключ', `${KEY}{Enter}`);
    await waitFor(() => expect(page.backend.asked('findContract')).toEqual([[{ kind: 'find' }]]));
  });
});
