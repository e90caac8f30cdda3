import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { ContractReport, ContractStatus, MethodReport } from '$lib/backend/types';
import { openPage, plain, PHONE, type Page } from '../../test/page';
import { inTurn, type Answers } from '../../test/scripted';
import { appError, appStatus, atFirstStart, contractReport } from '../../test/views';

const URL = 'https://bonus.example';
const settled: ContractStatus = { impossible: [], hold: null, hasNews: false, phonesKnown: true, rightsDoubt: null };
/** The first start, and a server about which nothing is to be asked; `change` says what is. */
function server(report: ContractReport, change: Partial<ContractStatus> = {}, more: Answers = {}): Answers {
  const connected = () => appStatus({ contract: { ...settled, ...change } });
  return {
    appStatus: () => atFirstStart(),
    connect: connected,
    contractReport: report,
    saveSettings: (settings) => settings,
    ...more,
  };
}
const described = contractReport();
const undescribed = contractReport({ document: null, origin: null });
const without = (method: MethodReport['method']): ContractReport => {
  const blockers = [{ problem: 'noMethod' as const }];
  const lacking = (one: MethodReport): MethodReport => ({ ...one, support: 'unsupported', blockers });
  return contractReport({ methods: described.methods.map((one) => (one.method === method ? lacking(one) : one)) });
};

async function form(page: Page) {
  await page.person.click(await screen.findByRole('button', { name: 'Подключить ProBonus' }));
  await page.type('Адрес сервера', URL);
  await page.type('Токен для API', 'secret');
}
async function connect(answers: Answers) {
  const page = await openPage(answers);
  await form(page);
  await page.person.keyboard('{Enter}');
  return page;
}
const described_as = (page: Page) => page.backend.asked('connect').map(([asked]) => asked.description);

describe('a connection that failed', () => {
  it('goes on without a description, with another address or with a file', async () => {
    const fails = appError('no_such_method', { step: 'answer' }, 'failed');
    const page = await connect(server(described, {}, { connect: fails }));
    expect(await screen.findByText(/выберите ниже, откуда взять описание/)).toBeVisible();
    expect(screen.getByLabelText(/^Найти на сервере/)).toBeChecked();
    const again = () => page.person.click(screen.getByRole('button', { name: 'Подключить' }));
    await page.person.click(screen.getByLabelText(/^Без описания/));
    await again();
    await page.person.click(screen.getByLabelText(/^По другому адресу/));
    await page.type('Адрес описания', '/docs/api.json');
    await again();
    await page.person.click(screen.getByLabelText(/^Из файла/));
    await again();
    expect(await screen.findByText('Заполните это поле')).toBeVisible();
    await page.person.upload(screen.getByLabelText(/^Файл с описанием/), new File(['{}'], 'swagger.json'));
    await again();
    await waitFor(() =>
      expect(described_as(page)).toEqual([
        { kind: 'find' },
        { kind: 'table' },
        { kind: 'address', address: '/docs/api.json' },
        { kind: 'file', name: 'swagger.json', text: '{}' },
      ]),
    );
  });

  it('says of another service that it is one', async () => {
    const other = appError('description_of_other', { step: 'answer', serverMessage: 'Square' }, 'failed');
    await connect(server(described, {}, { connect: other }));
    const told = plain(await screen.findByTestId('connect-error'));
    expect(told).toContain('По этому адресу другая служба');
    expect(told).toContain('«Square»');
    expect(screen.getByLabelText(/^Без описания/)).toBeVisible();
  });

  it('leaves the description alone where the way or the secret is wrong', async () => {
    await connect(server(described, {}, { connect: appError('sign_in_again', { step: 'authorise' }, 'failed') }));
    expect(plain(await screen.findByTestId('connect-error'))).toContain('Токен не подошёл');
    expect(screen.queryByText(/выберите ниже, откуда взять описание/)).toBeNull();
  });
});

describe('a connected server', () => {
  it('that describes all is asked about nothing', async () => {
    await connect(server(described));
    expect(await screen.findByText('Найдите гостя по телефону')).toBeVisible();
  });

  it('says what it lacks and what that takes away, and shows the whole report', async () => {
    const page = await connect(server(without('refill')));
    const missing = plain(await screen.findByTestId('missing-methods'));
    expect(missing).toContain('Начисление. Бонусы вручную не начислить.');
    expect(missing).toContain('Сервер этого не умеет');
    const next = screen.getByRole('button', { name: 'Дальше' });
    await waitFor(() => expect(next).toHaveFocus());
    await page.person.click(screen.getByText('Подробно: как программа говорит с сервером'));
    expect(screen.getByTestId('method-refill')).toBeVisible();
    await page.person.click(next);
    expect(await screen.findByText('Найдите гостя по телефону')).toBeVisible();
  });

  it('with another service’s description says whose it is, and that it is not used', async () => {
    await connect(server({ ...undescribed, otherService: 'Square' }));
    expect(plain(await screen.findByTestId('other-service'))).toContain('«Square»');
  });

  it('that does not tell how it writes phones is asked for a known guest', async () => {
    const nobody = { groups: 3, tried: ['seven' as const], format: null, found: [], changes: [] };
    const found = { ...nobody, format: 'eight' as const, found: ['Анна Иванова'] };
    const probe = { probeContract: inTurn(nobody, found) };
    const page = await connect(server(undescribed, { phonesKnown: false }, probe));
    await page.person.click(await screen.findByRole('button', { name: 'Дальше' }));
    await waitFor(() => expect(screen.getByLabelText('Телефон известного гостя')).toHaveFocus());
    await page.person.keyboard(`8 (999) 000-00-00{Enter}`);
    expect(plain(await screen.findByTestId('probe-result'))).toContain('Никого не нашли');
    expect(screen.getByRole('button', { name: 'Пропустить' })).toBeVisible();
    await page.type('Телефон известного гостя', `${PHONE}{Enter}`);
    await waitFor(() => expect(plain(screen.getByTestId('probe-result'))).toContain('Анна Иванова'));
    await waitFor(() => expect(screen.getByRole('button', { name: 'Дальше' })).toHaveFocus());
    await page.person.keyboard('{Enter}');
    expect(await screen.findByText('Найдите гостя по телефону')).toBeVisible();
  });

  it('that has no guests yet is told by hand how it writes phones', async () => {
    const page = await connect(server(described, { phonesKnown: false }, { overruleLine: described }));
    await page.person.click(await screen.findByText('Запись телефона известна'));
    await page.person.selectOptions(screen.getByLabelText('Как этот сервер пишет телефоны'), '8XXXXXXXXXX');
    await page.person.click(screen.getByRole('button', { name: 'Запомнить' }));
    expect(await screen.findByRole('button', { name: 'Дальше' })).toBeVisible();
    expect(page.backend.asked('overruleLine')).toEqual([[null, 'phone', '8XXXXXXXXXX', false]]);
  });
});

describe('while nobody was found by a phone', () => {
  const unsure = {
    appStatus: () => appStatus({ contract: { ...settled, phonesKnown: false } }),
    findGuest: {
      kind: 'not_found' as const,
      phone: '+79990000000',
      phoneText: '+7 999 000-00-00',
      certain: false,
    },
  };

  it('a search offers the check in place of a new guest', async () => {
    const page = await openPage(unsure);
    await page.find('8 (999) 000-00-00');
    await page.person.click(await screen.findByRole('button', { name: 'Проверить на известном госте' }));
    expect(await screen.findByText('Как здесь пишут телефоны')).toBeVisible();
    await page.person.click(screen.getByRole('button', { name: 'Пропустить' }));
    await waitFor(() => expect(page.backend.asked('findGuest')).toHaveLength(2));
    expect(screen.queryByRole('button', { name: 'Создать гостя' })).toBeNull();
  });

  it('the form of a new guest calls no number free, and says at the phone why it is refused', async () => {
    const page = await openPage({ ...unsure, preview: appError('phone_format_unknown') });
    await page.person.keyboard('{F8}');
    await page.type('Телефон', '8 (999) 000-00-00');
    await page.person.tab();
    expect(await screen.findByText(/Свободен ли номер, неизвестно/)).toBeVisible();
    await page.person.click(screen.getByRole('button', { name: /^Проверить Enter|^Проверить$/ }));
    await waitFor(() => expect(screen.getByLabelText('Телефон')).toHaveAccessibleDescription(/неизвестно/));
    expect(screen.getByRole('button', { name: 'Проверить на известном госте' })).toBeVisible();
    expect(screen.queryByText('Номер свободен')).toBeNull();
  });
});
