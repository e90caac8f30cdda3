import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { ru } from '$lib/i18n/ru';
import { openProgram, plain } from '../../test/open';
import { contractProblem, lineKind, lineName, lineText } from './words';

async function contractTab(options: Parameters<typeof openProgram>[0] = {}) {
  const program = await openProgram(options);
  await program.person.keyboard('{F9}');
  await program.person.click(await screen.findByRole('tab', { name: 'Совместимость' }));
  await screen.findByTestId('contract-tally');
  return program;
}

async function unfold(program: Awaited<ReturnType<typeof openProgram>>, method: string, name: string) {
  const row = screen.getByTestId(`method-${method}`);
  await program.person.click(within(row).getByRole('button'));
  return screen.findByRole('table', { name });
}

describe('the report', () => {
  it('says on paper what it is, of which server and of which day', async () => {
    await contractTab();
    expect(plain(screen.getByTestId('print-head'))).toBe(
      'Совместимость: https://probonus.example.ru:6896 ProBonus Office 0.1.0 · 23.11.2026',
    );
  });

  it('says of each method whether it is as the table, adapted, or not possible, and why', async () => {
    const program = await contractTab({ impossible: 'register_check' });
    expect(plain(screen.getByTestId('contract-tally'))).toBe('стандартно: 8 · подстроено: 4 · недоступно: 1');
    expect(plain(screen.getByTestId('method-register_check'))).toContain('Серверу некуда передать: GUID чека');
    const lines = await unfold(program, 'refill', 'Начисление');
    expect(plain(lines)).toContain('Отправляем: сумма');
    expect(plain(lines)).toContain('в теле «/guest/amount», число, в рублях, обязательно');
    expect(plain(lines)).toContain('в теле «/sum», целое, в копейках, обязательно');
  });

  it('says of a method that stands in a document of its own, where that is', async () => {
    const program = await contractTab();
    const row = (method: string) => screen.getByTestId(`method-${method}`);
    for (const method of ['receipt', 'refill']) await program.person.click(within(row(method)).getByRole('button'));
    const told = await screen.findAllByText(/^Описан в документе/);
    expect(told.map(plain)).toEqual(['Описан в документе /swagger/checks/swagger.json']);
    expect(row('receipt').nextElementSibling).toContainElement(told[0] ?? null);
  });

  it('does not claim more than is known where the server publishes no description', async () => {
    await contractTab({ undescribed: true });
    expect(screen.getByText(/часть этого предположена/)).toBeVisible();
  });

  it('is only read in training', async () => {
    await contractTab({ mode: 'training' });
    expect(screen.getByText(/Учебный сервер поддерживает всё/)).toBeVisible();
    expect(screen.queryByText(/предположена/)).toBeNull();
    expect(screen.queryByRole('button', { name: 'Искать на сервере' })).toBeNull();
    expect(screen.queryByRole('button', { name: /^Изменить:/ })).toBeNull();
  });
});

describe('a line', () => {
  it('is tried while it is typed, kept with who set it, and given back', async () => {
    const program = await contractTab();
    await unfold(program, 'refill', 'Начисление');
    const edit = () => screen.findByRole('button', { name: 'Изменить: Отправляем: сумма' });
    await program.person.click(await edit());
    const field = await screen.findByLabelText('Как нужно этому серверу');
    await program.person.clear(field);
    expect(await screen.findByText('С этой строкой недоступно.')).toBeVisible();
    await program.person.type(field, 'moon');
    expect(await screen.findByText(ru.fieldErrors.not_understood)).toBeVisible();
    await program.person.clear(field);
    await program.person.type(field, 'query bonus number rubles required{Enter}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    const lines = screen.getByRole('table', { name: 'Начисление' });
    expect(plain(lines)).toContain('в строке запроса «bonus», число, в рублях, обязательно');
    expect(plain(lines)).toContain('Ольга Смирнова');
    await program.person.click(await edit());
    await program.person.click(await screen.findByRole('button', { name: 'Вернуть как у сервера' }));
    await waitFor(() => expect(plain(lines)).not.toContain('Ольга Смирнова'));
  });
});

describe('a description', () => {
  it('that was found is shown as a difference and changes nothing before it is accepted', async () => {
    const program = await contractTab();
    await program.person.click(screen.getByRole('button', { name: 'Искать на сервере' }));
    const proposal = await screen.findByTestId('contract-proposal');
    expect(plain(proposal)).toContain('/api/v1/accounts/refill');
    expect(plain(screen.getByTestId('method-refill'))).toContain('/api/v0/accounts/refill');
    await program.person.click(within(proposal).getByRole('button', { name: 'Принять' }));
    await waitFor(() => expect(plain(screen.getByTestId('method-refill'))).toContain('/api/v1/accounts/refill'));
    expect(screen.queryByTestId('contract-proposal')).toBeNull();
  });

  it('comes from a file, and what is none is said so', async () => {
    const program = await contractTab();
    const picker = screen.getByLabelText(/^Файл с описанием/);
    await program.person.upload(picker, new File(['hello'], 'notes.json'));
    expect(plain(await screen.findByTestId('contract-error'))).toContain('Это не описание сервера');
    await program.person.upload(picker, new File(['{"other": 1}'], 'swagger.json'));
    expect(plain(await screen.findByTestId('contract-proposal'))).toContain('для другого сервера');
  });

  it('that changed in what is sent holds everything until someone decides', async () => {
    const program = await openProgram({ contract: 'writes' });
    const banner = await screen.findByTestId('contract-banner');
    expect(plain(banner)).toContain('ничего не отправляется');
    await program.person.click(within(banner).getByRole('button', { name: 'Посмотреть и решить' }));
    const pending = await screen.findByTestId('contract-pending');
    await program.person.click(within(pending).getByRole('button', { name: 'Оставить как есть' }));
    await waitFor(() => expect(screen.queryByTestId('contract-banner')).toBeNull());
    expect(screen.queryByTestId('contract-pending')).toBeNull();
  });

  it('that changed only in what is read is told until someone has seen it', async () => {
    const program = await contractTab({ contract: 'reading' });
    const news = await screen.findByTestId('contract-news');
    expect(plain(news)).toContain('Читаем: фамилия');
    await program.person.click(within(news).getByRole('button', { name: 'Понятно' }));
    await waitFor(() => expect(screen.queryByTestId('contract-news')).toBeNull());
  });
});

describe('a probe', () => {
  it('tells how phones are written here, or that nobody was found', async () => {
    const program = await contractTab();
    await program.type('Телефон известного гостя', '8 (999) 000-00-00');
    await program.person.keyboard('{Enter}');
    expect(plain(await screen.findByTestId('probe-result'))).toContain('Никого не нашли');
    await program.type('Телефон известного гостя', '8 (912) 345-67-89');
    await program.person.keyboard('{Enter}');
    await waitFor(() => expect(plain(screen.getByTestId('probe-result'))).toContain('+7XXXXXXXXXX'));
  });
});

describe('what the server can’t do', () => {
  it('is disabled, with the reason', async () => {
    const program = await openProgram({ impossible: 'register_check' });
    await program.person.keyboard('{F4}');
    expect(plain(await screen.findByTestId('impossible'))).toContain('Серверу некуда передать: GUID чека');
    expect(screen.getByRole('button', { name: /^Проверить/ })).toBeDisabled();
  });

  it('waits, and says so, while the first refill is being checked', async () => {
    const program = await openProgram({ canary: true, fate: 'offline' });
    expect(screen.queryByTestId('canary-banner')).toBeNull();
    await program.find('8 (912) 345-67-89');
    await program.person.keyboard('{F3}');
    await program.type('Сумма бонусов', '10');
    await program.sendByEnter();
    expect(plain(await screen.findByTestId('canary-banner'))).toContain('Остальные начисления подождут');
  });
});

describe('the words of a line', () => {
  const words = ru.contract;
  it.each([
    ['field.sum', 'body /a%20b number rubles required', 'в теле «/a b», число, в рублях, обязательно'],
    ['field.sum', '', 'не передаётся'],
    ['answer.balance', 'newBalance rubles', '«newBalance», в рублях'],
    ['answer.money', 'kopecks', 'в копейках'],
    ['path', '/api/v0/x', '/api/v0/x'],
  ])('%s %s', (key, text, said) => expect(lineText(key, text, words)).toBe(said));

  it.each([
    ['field.checkGuid', 'Отправляем: GUID чека', 'field'],
    ['constant.query.version', 'Всегда: version', 'constant'],
    ['record.extra%20note', 'Из анкеты без изменений: extra note', 'field'],
    ['answer.at', 'Где в ответе данные', 'at'],
    ['token', 'Постоянный токен', 'scheme'],
  ])('%s is named', (key, name, kind) => {
    expect(lineName(key, words)).toBe(name);
    expect(words.edit.hint[lineKind(key)]).toBeTruthy();
    expect(lineKind(key)).toBe(kind);
  });

  it('say each problem', () =>
    expect(contractProblem({ problem: 'unitUnclear', field: 'sum', said: 'Сумма' }, words)).toBe(
      'Сумма: копейки или рубли, из описания не ясно («Сумма»)',
    ));
});
