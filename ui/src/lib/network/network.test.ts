import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { NetworkView } from '$lib/backend/types';
import { openPage, plain, type Page } from '../../test/page';
import { program as recorded, refused } from '../../test/recorded';
import { inTurn } from '../../test/scripted';
import { appError, appStatus, atFirstStart } from '../../test/views';

const proxied: NetworkView = {
  ...recorded.network,
  kind: 'own',
  address: 'http://proxy.office:3128',
  login: 'olga',
  password: 'keychain',
};
const authority = {
  fingerprint: '10:17:1E',
  subject: 'Корневой центр ООО «Ромашка»',
  issuer: 'Корневой центр ООО «Ромашка»',
  until: '2031-05-01',
  expired: false,
  trusted: true,
};
const trusting: NetworkView = { ...recorded.network, authorities: [authority] };
const noKeychain = () => appError('keychain_missing', {}, 'failed');
const wizard = { appStatus: () => atFirstStart() };

async function openNetwork(page: Page) {
  await page.person.keyboard('{F9}');
  await page.person.click(await screen.findByRole('tab', { name: 'Сеть' }));
  await screen.findByTestId('proxy-hint');
}
const certificate = () =>
  new File(['-----BEGIN CERTIFICATE-----'], 'office.crt', { type: 'application/x-x509-ca-cert' });

describe('the network settings', () => {
  it('take a proxy with a password, which is seen nowhere afterwards', async () => {
    const page = await openPage({ saveProxy: inTurn(refused('proxy'), proxied) });
    await openNetwork(page);
    expect(screen.getByRole('button', { name: 'Применить' })).toBeDisabled();
    await page.person.click(screen.getByLabelText('Указать'));
    await page.type('Адрес прокси', 'proxy.office');
    await page.type(/Имя на прокси/, 'olga');
    await page.person.click(screen.getByRole('button', { name: 'Применить' }));
    await waitFor(() =>
      expect(screen.getByLabelText('Адрес прокси')).toHaveAccessibleDescription(/Введите адрес с портом/),
    );
    expect(screen.getByLabelText('Пароль на прокси')).toHaveAccessibleDescription('Заполните это поле');

    await page.type('Адрес прокси', 'proxy.office:3128');
    await page.type('Пароль на прокси', 'pr0xy-pa55{Enter}');
    expect(await screen.findByText('Применено')).toBeVisible();
    expect(page.backend.asked('saveProxy')[1]?.[0]).toMatchObject({
      kind: 'own',
      address: 'proxy.office:3128',
      login: 'olga',
      password: 'pr0xy-pa55',
    });
    expect(screen.getByLabelText('Пароль на прокси')).toHaveValue('');
    expect(screen.getByLabelText('Пароль на прокси')).toHaveAccessibleDescription(/Пароль сохранён/);
    expect(document.body.innerHTML).not.toContain('pr0xy-pa55');
    expect(JSON.stringify(page.backend.asked('saveDraft'))).not.toContain('pr0xy-pa55');
  });

  it('say that there is no keychain, and keep the password in memory if asked to', async () => {
    const page = await openPage({ saveProxy: inTurn(noKeychain, { ...proxied, password: 'memory' }) });
    await openNetwork(page);
    await page.person.click(screen.getByLabelText('Указать'));
    await page.type('Адрес прокси', 'proxy.office:3128');
    await page.type(/Имя на прокси/, 'olga');
    await page.type('Пароль на прокси', 'pr0xy-pa55{Enter}');
    expect(plain(await screen.findByTestId('network-error'))).toContain('В системе нет хранилища паролей');
    await page.person.click(screen.getByLabelText('Хранить пароль прокси только до закрытия программы'));
    await page.person.click(screen.getByRole('button', { name: 'Применить' }));
    expect(await screen.findByText('Применено')).toBeVisible();
    expect(page.backend.asked('saveProxy').map(([form]) => form.remember)).toEqual(['keychain', 'memory']);
  });

  it('take a certificate, show whose it is and until when, and let it go again', async () => {
    const page = await openPage({ addAuthority: inTurn(refused('notACertificate'), trusting) });
    await openNetwork(page);
    await page.person.upload(screen.getByLabelText('Файл сертификата'), certificate());
    expect(plain(await screen.findByTestId('network-error'))).toContain('В этом файле нет сертификата');
    await page.person.upload(screen.getByLabelText('Файл сертификата'), certificate());
    const list = plain(await screen.findByTestId('authorities'));
    expect(list).toContain('Корневой центр ООО «Ромашка»');
    expect(list).toContain('Действует до 01.05.2031');
    expect(list).toMatch(/SHA-256: 10:17:/);
    expect(screen.queryByTestId('network-error')).toBeNull();
    await page.person.click(screen.getByRole('button', { name: /Убрать «Корневой центр/ }));
    await waitFor(() => expect(screen.queryByTestId('authorities')).toBeNull());
    expect(page.backend.asked('removeAuthority')).toEqual([[authority.fingerprint]]);
    expect(screen.getByText(/^Убран «Корневой центр/)).toBeVisible();
  });
});

describe('the first connection', () => {
  async function connect(page: Page, url = 'https://10.0.0.5:6896') {
    await page.person.click(await screen.findByRole('button', { name: 'Подключить ProBonus' }));
    await page.type('Адрес сервера', url);
    await page.type('Токен для API', 'secret{Enter}');
  }
  const more = () => screen.getByText('Подробнее: прокси и сертификат');

  it('shows at which step it failed, and takes what is typed of the proxy along', async () => {
    const page = await openPage({
      ...wizard,
      connect: inTurn(appError('proxy_password', { step: 'connect' }, 'failed'), () => appStatus()),
      saveProxy: proxied,
    });
    await connect(page);
    const steps = await screen.findByTestId('connect-error');
    expect(plain(steps)).toMatch(/Хорошо: Имя сервера в сети Не получилось: Соединение с сервером/);
    expect(plain(steps)).toContain('Прокси требует имя и пароль');
    expect(plain(steps)).not.toContain('Защита соединения');

    // What mends it is unfolded by itself, and said to be here: there are no settings to go to yet.
    expect(screen.getByText('То же самое можно сделать прямо здесь, ниже.')).toBeVisible();
    expect(more().closest('details')).toHaveAttribute('open');
    await page.person.click(await screen.findByLabelText('Указать'));
    await page.type('Адрес прокси', 'proxy.office:3128');
    await page.type(/Имя на прокси/, 'olga');
    await page.type('Пароль на прокси', 'pr0xy-pa55');
    await page.person.click(screen.getByRole('button', { name: 'Подключить' }));
    await waitFor(() => expect(screen.queryByTestId('connect-error')).toBeNull());
    expect(await screen.findByRole('main')).toBeVisible();
    expect(page.backend.asked('saveProxy')[0]?.[0]).toMatchObject({ address: 'proxy.office:3128' });
  });

  it('shows a refused proxy at its field, and the server is not asked', async () => {
    const page = await openPage({ ...wizard, saveProxy: refused('proxy') });
    await page.person.click(await screen.findByRole('button', { name: 'Подключить ProBonus' }));
    await page.person.click(more());
    await page.person.click(await screen.findByLabelText('Указать'));
    await page.type('Адрес прокси', 'нет');
    await page.type('Адрес сервера', 'https://10.0.0.5:6896');
    await page.type('Токен для API', 'secret{Enter}');
    await waitFor(() =>
      expect(screen.getByLabelText('Адрес прокси')).toHaveAccessibleDescription(/Введите адрес с портом/),
    );
    expect(page.backend.asked('connect')).toEqual([]);
  });

  it('is possible once the certificate of the office is added', async () => {
    const page = await openPage({
      ...wizard,
      connect: inTurn(appError('certificate_not_trusted', { step: 'tls' }, 'failed'), () => appStatus()),
      addAuthority: trusting,
    });
    await connect(page);
    expect(plain(await screen.findByTestId('connect-error'))).toContain('Сертификату сервера нельзя доверять');
    await page.person.upload(await screen.findByLabelText('Файл сертификата'), certificate());
    await screen.findByTestId('authorities');
    await page.person.click(screen.getByRole('button', { name: 'Подключить' }));
    await screen.findByText('Найдите гостя по телефону');
    expect(page.backend.asked('connect')).toHaveLength(2);
  });
});
