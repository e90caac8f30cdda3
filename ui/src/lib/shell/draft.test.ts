import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { withoutSecrets } from '$lib/network/address';
import { openPage, type Page } from '../../test/page';
import { refused } from '../../test/recorded';
import { type Answers } from '../../test/scripted';
import { appError, appStatus, atFirstStart } from '../../test/views';

/** The same office, its program closed and started anew. */
async function restart({ backend, program }: Page): Promise<Page> {
  program.unmount();
  return openPage({}, backend);
}
async function connectForm({ person }: Page) {
  await person.click(await screen.findByRole('button', { name: 'Подключить ProBonus' }));
  return screen.getByLabelText('Адрес сервера');
}
async function tab({ person }: Page, name: string) {
  await person.keyboard('{F9}');
  await person.click(await screen.findByRole('tab', { name }));
}
const mode: Answers = { appStatus: () => atFirstStart() };

describe('what is typed at the first start', () => {
  it('is there after a restart, before any journal is; the token is not', async () => {
    let program = await openPage(mode);
    await program.person.type(await connectForm(program), 'https://probonus.cafe.ru:6897');
    await program.person.type(screen.getByLabelText('Токен для API'), 'secret-token');
    program = await restart(program);
    expect(await connectForm(program)).toHaveValue('https://probonus.cafe.ru:6897');
    // Drafts with any other key live in a journal, and there is none yet.
    expect([...program.backend.drafts.keys()]).toEqual(['program.connect']);
    expect(screen.getByLabelText('Токен для API')).toHaveValue('');
    expect(JSON.stringify(program.backend.asked('saveDraft'))).not.toContain('secret-token');
  });

  it('keeps how to sign in and the login, and never the password', async () => {
    let program = await openPage(mode);
    await connectForm(program);
    await program.person.click(screen.getByRole('radio', { name: 'По логину и паролю' }));
    await program.person.type(screen.getByLabelText('Логин'), 'olga');
    await program.person.type(screen.getByLabelText('Пароль'), 'parol-77');
    program = await restart(program);
    await connectForm(program);
    await waitFor(() => expect(screen.getByLabelText('Логин')).toHaveValue('olga'));
    expect(screen.getByLabelText('Пароль')).toHaveValue('');
    expect(JSON.stringify(program.backend.asked('saveDraft'))).not.toContain('parol-77');
  });

  it('is kept while it is typed, not only when the form is left', async () => {
    const program = await openPage(mode);
    await program.person.type(await connectForm(program), 'https://a.example');
    await waitFor(() => expect(program.backend.drafts.get('program.connect')).toContain('https://a.example'));
  });

  it('is forgotten once it is connected', async () => {
    let program = await openPage(mode);
    await program.person.type(await connectForm(program), 'https://probonus.cafe.ru:6897');
    await program.person.type(screen.getByLabelText('Токен для API'), 'secret-token{Enter}');
    await screen.findByText('Найдите гостя по телефону');
    program.backend.answer({ appStatus: () => appStatus() });
    program = await restart(program);
    await tab(program, 'Сервер');
    await program.person.click(await screen.findByRole('button', { name: 'Подключить другой сервер' }));
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByLabelText('Адрес сервера')).toHaveValue('');
    expect(dialog.getByLabelText('Адрес сервера')).toHaveFocus();
  });

  it('begins with the address that an administrator prepared for the machine', async () => {
    const server = { url: 'https://prepared.example.ru', auth: 'token', login: null } as const;
    const program = await openPage({ appStatus: () => atFirstStart({ server }) });
    const address = await connectForm(program);
    await waitFor(() => expect(address).toHaveValue('https://prepared.example.ru'));
  });
});

describe('what is typed into the settings', () => {
  it('of the proxy is there after a restart, and put back by a button', async () => {
    let program = await openPage();
    await tab(program, 'Сеть');
    await program.person.click(await screen.findByRole('radio', { name: 'Указать' }));
    await program.person.type(screen.getByLabelText('Адрес прокси'), 'olga:parol@proxy.office:3128');
    program = await restart(program);
    await tab(program, 'Сеть');
    await waitFor(() => expect(screen.getByLabelText('Адрес прокси')).toHaveValue('proxy.office:3128'));
    expect(screen.getByText('Восстановлен черновик')).toBeVisible();
    await program.person.click(screen.getByRole('button', { name: 'Вернуть как было' }));
    expect(screen.getByRole('radio', { name: 'Системный' })).toBeChecked();
    expect(program.backend.drafts.has('program.proxy')).toBe(false);
  });

  it('of the description and the probe is there after a restart', async () => {
    let program = await openPage();
    await tab(program, 'Совместимость');
    await program.person.type(await screen.findByLabelText('Адрес описания'), '/swagger/v2.json');
    await program.person.type(screen.getByLabelText('Телефон известного гостя'), '912 345');
    program = await restart(program);
    await tab(program, 'Совместимость');
    await waitFor(() => expect(screen.getByLabelText('Адрес описания')).toHaveValue('/swagger/v2.json'));
    expect(screen.getByLabelText('Телефон известного гостя')).toHaveValue('912 345');
  });
});

describe('an address that is written down', () => {
  it.each([
    ['https://probonus.example.ru:6896/api/v0', 'https://probonus.example.ru:6896/api/v0'],
    ['не адрес', 'не адрес'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
    ['proxy.office:3128', 'proxy.office:3128'],
    ['https://olga:parol@probonus.example.ru', 'https://probonus.example.ru'],
    ['olga:parol@proxy.office:3128', 'proxy.office:3128'],
    ['https://olga:parol', 'https://olga:'],
    ['https://probonus.example.ru/?token=abc', 'https://probonus.example.ru/'],
  ])('%s holds no secret: %s', (typed, kept) => expect(withoutSecrets(typed)).toBe(kept));
});

describe('what is wrong at a field', () => {
  it('of the first start goes as soon as someone works on that field, and only there', async () => {
    const empty = ['url', 'token'].map((field) => ({ field, code: 'required' as const }));
    const program = await openPage({ ...mode, connect: appError('invalid_input', { fields: empty }, 'invalid') });
    const address = await connectForm(program);
    await program.person.click(screen.getByRole('button', { name: 'Подключить' }));
    await waitFor(() => expect(address).toBeInvalid());
    await program.person.type(address, 'h');
    expect(address).toBeValid();
    const token = screen.getByLabelText('Токен для API');
    expect(token).toBeInvalid();
    await program.person.type(token, 't');
    expect(token).toBeValid();
  });

  it('of signing in again goes with the first letter', async () => {
    const fields = [{ field: 'token', code: 'required' as const }];
    const program = await openPage({
      appStatus: () => appStatus({ session: 'sign_in_again' }),
      signIn: appError('invalid_input', { fields }, 'invalid'),
    });
    await program.person.click(await screen.findByRole('button', { name: 'Войти заново' }));
    const dialog = within(await screen.findByRole('dialog'));
    const token = dialog.getByLabelText('Токен для API');
    expect(token).toHaveFocus();
    await program.person.click(dialog.getByRole('button', { name: 'Войти' }));
    await waitFor(() => expect(token).toBeInvalid());
    await program.person.type(token, 't');
    expect(token).toBeValid();
  });

  it('of the proxy goes as soon as the proxy is typed', async () => {
    const program = await openPage({ saveProxy: refused('proxy') });
    await tab(program, 'Сеть');
    await program.person.click(await screen.findByRole('radio', { name: 'Указать' }));
    const address = screen.getByLabelText('Адрес прокси');
    await program.person.type(address, 'proxy{Enter}');
    await waitFor(() => expect(address).toBeInvalid());
    expect(address).toHaveFocus();
    await program.person.type(address, ':3128');
    expect(address).toBeValid();
  });

  it('of the work goes from the row that is mended, and from the row that is gone', async () => {
    const program = await openPage({ saveSettings: refused('restaurants') });
    await tab(program, 'Работа');
    await program.person.click(await screen.findByRole('button', { name: 'Добавить ресторан' }));
    await program.person.click(screen.getByRole('button', { name: 'Добавить ресторан' }));
    const limit = screen.getByLabelText('Предел одного чека');
    await program.person.clear(limit);
    await program.person.type(limit, '12 50{Enter}');
    await waitFor(() => expect(limit).toBeInvalid());
    await program.person.clear(limit);
    await program.person.type(limit, '100{Enter}');
    expect(limit).toBeValid();
    const third = screen.getByLabelText('Код 3');
    await waitFor(() => expect(third).toBeInvalid());
    await program.person.type(third, '103');
    expect(third).toBeValid();
    expect(screen.getByLabelText('Код 4')).toBeInvalid();
    await program.person.click(screen.getByRole('button', { name: 'Убрать «103»' }));
    expect(screen.getByLabelText('Код 3')).toBeValid();
  });

  it('tells the line of a reason that is too long', async () => {
    const fields = [{ field: 'refillReasons.1', code: 'too_long' as const, max: 100 }];
    const program = await openPage({ saveSettings: appError('invalid_input', { fields }, 'invalid') });
    await tab(program, 'Работа');
    await program.person.click(await screen.findByRole('button', { name: 'Сохранить' }));
    const reasons = screen.getByLabelText('Причины начисления');
    const told = 'Строка 2: Слишком длинно, сократите (не больше 100)';
    await waitFor(() => expect(reasons).toHaveAccessibleDescription(expect.stringContaining(told)));
    await program.person.type(reasons, 'а');
    expect(reasons).toBeValid();
  });
});
