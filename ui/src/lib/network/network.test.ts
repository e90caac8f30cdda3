import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { openProgram, plain, type Program } from '../../test/open';

async function openNetwork(program: Program) {
  await program.person.keyboard('{F9}');
  await program.person.click(await screen.findByRole('tab', { name: 'Сеть' }));
  await screen.findByTestId('proxy-hint');
}
const certificate = (text = '-----BEGIN CERTIFICATE-----\nMII…\n-----END CERTIFICATE-----') =>
  new File([text], 'office.crt', { type: 'application/x-x509-ca-cert' });

describe('the network settings', () => {
  it('take a proxy with a password, which is seen nowhere afterwards', async () => {
    const program = await openProgram();
    await openNetwork(program);
    expect(screen.getByRole('button', { name: 'Применить' })).toBeDisabled();
    await program.person.click(screen.getByLabelText('Указать'));
    await program.type('Адрес прокси', 'proxy.office');
    await program.type(/Имя на прокси/, 'olga');
    await program.person.click(screen.getByRole('button', { name: 'Применить' }));
    await waitFor(() =>
      expect(screen.getByLabelText('Адрес прокси')).toHaveAccessibleDescription(/Введите адрес с портом/),
    );
    expect(screen.getByLabelText('Пароль на прокси')).toHaveAccessibleDescription('Заполните это поле');

    await program.type('Адрес прокси', 'proxy.office:3128');
    await program.type('Пароль на прокси', 'pr0xy-pa55{Enter}');
    expect(await screen.findByText('Применено')).toBeVisible();
    expect(screen.getByLabelText('Пароль на прокси')).toHaveValue('');
    expect(screen.getByLabelText('Пароль на прокси')).toHaveAccessibleDescription(/Пароль сохранён/);
    expect(document.body.innerHTML).not.toContain('pr0xy-pa55');
    expect(JSON.stringify(await program.backend.network())).not.toContain('pr0xy-pa55');
    expect([...program.backend.drafts.values()].join()).not.toContain('pr0xy-pa55');
  });

  it('say that there is no keychain, and keep the password in memory if asked to', async () => {
    const program = await openProgram({ keychainProblem: 'missing' });
    await openNetwork(program);
    await program.person.click(screen.getByLabelText('Указать'));
    await program.type('Адрес прокси', 'proxy.office:3128');
    await program.type(/Имя на прокси/, 'olga');
    await program.type('Пароль на прокси', 'pr0xy-pa55{Enter}');
    expect(plain(await screen.findByTestId('network-error'))).toContain('В системе нет хранилища паролей');
    await program.person.click(screen.getByLabelText('Хранить пароль прокси только до закрытия программы'));
    await program.person.click(screen.getByRole('button', { name: 'Применить' }));
    expect(await screen.findByText('Применено')).toBeVisible();
  });

  it('take a certificate, show whose it is and until when, and let it go again', async () => {
    const program = await openProgram();
    await openNetwork(program);
    await program.person.upload(screen.getByLabelText('Файл сертификата'), certificate('<html>404</html>'));
    expect(plain(await screen.findByTestId('network-error'))).toContain('В этом файле нет сертификата');
    await program.person.upload(screen.getByLabelText('Файл сертификата'), certificate());
    const list = plain(await screen.findByTestId('authorities'));
    expect(list).toContain('Корневой центр ООО «Ромашка»');
    expect(list).toContain('Действует до 01.05.2031');
    expect(list).toMatch(/SHA-256: 10:17:/);
    expect(screen.queryByTestId('network-error')).toBeNull();
    await program.person.click(screen.getByRole('button', { name: /Убрать «Корневой центр/ }));
    await waitFor(() => expect(screen.queryByTestId('authorities')).toBeNull());
    expect(screen.getByText(/^Убран «Корневой центр/)).toBeVisible();
  });
});

describe('the first connection', () => {
  async function connect(program: Program, url = 'https://10.0.0.5:6896') {
    await program.person.click(await screen.findByRole('button', { name: 'Подключить ProBonus' }));
    await program.type('Адрес сервера', url);
    await program.type('Токен для API', 'secret{Enter}');
  }
  const more = () => screen.getByText('Подробнее: прокси и сертификат');

  it('shows at which step it failed, and takes what is typed of the proxy along', async () => {
    const program = await openProgram({ phase: 'wizard', proxyWanted: true });
    await connect(program);
    const steps = await screen.findByTestId('connect-error');
    expect(plain(steps)).toMatch(/Хорошо: Имя сервера в сети Не получилось: Соединение с сервером/);
    expect(plain(steps)).toContain('Прокси требует имя и пароль');
    expect(plain(steps)).not.toContain('Защита соединения');

    // What mends it is unfolded by itself, and said to be here: there are no settings to go to yet.
    expect(screen.getByText('То же самое можно сделать прямо здесь, ниже.')).toBeVisible();
    expect(more().closest('details')).toHaveAttribute('open');
    await program.person.click(await screen.findByLabelText('Указать'));
    await program.type('Адрес прокси', 'proxy.office:3128');
    await program.type(/Имя на прокси/, 'olga');
    await program.type('Пароль на прокси', 'pr0xy-pa55');
    await program.person.click(screen.getByRole('button', { name: 'Подключить' }));
    await waitFor(() => expect(screen.queryByTestId('connect-error')).toBeNull());
    expect(await screen.findByRole('main')).toBeVisible();
    expect((await program.backend.network()).address).toBe('http://proxy.office:3128');
  });

  it('refuses a proxy that is none at its field, before the server is asked', async () => {
    const program = await openProgram({ phase: 'wizard' });
    await program.person.click(await screen.findByRole('button', { name: 'Подключить ProBonus' }));
    await program.person.click(more());
    await program.person.click(await screen.findByLabelText('Указать'));
    await program.type('Адрес прокси', 'нет');
    await program.type('Адрес сервера', 'https://10.0.0.5:6896');
    await program.type('Токен для API', 'secret{Enter}');
    await waitFor(() =>
      expect(screen.getByLabelText('Адрес прокси')).toHaveAccessibleDescription(/Введите адрес с портом/),
    );
    expect((await program.backend.appStatus()).phase).toBe('wizard');
  });

  it('is possible once the certificate of the office is added', async () => {
    const program = await openProgram({ phase: 'wizard', authorityWanted: true });
    await connect(program);
    expect(plain(await screen.findByTestId('connect-error'))).toContain('Сертификату сервера нельзя доверять');
    await program.person.upload(await screen.findByLabelText('Файл сертификата'), certificate());
    await screen.findByTestId('authorities');
    await program.person.click(screen.getByRole('button', { name: 'Подключить' }));
    await waitFor(async () => expect((await program.backend.appStatus()).phase).toBe('ready'));
  });
});
