import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type {
  AppStatus,
  LineChange,
  ContractReport,
  LineView,
  Method,
  MethodReport,
  ProposalView,
  RightsDoubt,
} from '$lib/backend/types';
import { ru } from '$lib/i18n/ru';
import { openPage, PHONE, plain } from '../../test/page';
import { refused } from '../../test/recorded';
import { inTurn, type Answers } from '../../test/scripted';
import { appError, appStatus, contractReport, inTraining, operationView, queueView } from '../../test/views';
import { contractProblem, lineKind, lineName, lineText } from './words';

async function contractTab(answers: Answers = {}) {
  const program = await openPage(answers);
  await program.person.keyboard('{F9}');
  await program.person.click(await screen.findByRole('tab', { name: 'Совместимость' }));
  await screen.findByTestId('contract-tally');
  return program;
}

async function unfold(program: Awaited<ReturnType<typeof openPage>>, method: string, name: string) {
  const row = screen.getByTestId(`method-${method}`);
  await program.person.click(within(row).getByRole('button'));
  return screen.findByRole('table', { name });
}

/** The recorded report, with one of its methods told otherwise. */
function reportWith(method: Method, change: Partial<MethodReport>, base = contractReport()): ContractReport {
  const methods = base.methods.map((one) => (one.method === method ? { ...one, ...change } : one));
  return contractReport({ methods });
}
/** The recorded report, with the sum's line of the refill told otherwise than the table has it. */
function sumLine(change: Partial<LineView>, other: Partial<MethodReport> = {}): ContractReport {
  const refill = contractReport().methods.find((one) => one.method === 'refill');
  const lines = (refill?.lines ?? []).map((line) =>
    line.key === 'field.sum'
      ? {
          ...line,
          value: 'body /guest/amount number rubles required',
          ...change,
        }
      : line,
  );
  return reportWith('refill', { lines, ...other });
}
/** A status whose queue is held for the contract. */
const held = (hold: AppStatus['contract']['hold']) =>
  appStatus({ contract: { impossible: [], hold, hasNews: false, phonesKnown: true, rightsDoubt: null } });
const noPlace = [{ problem: 'noPlace' as const, field: 'checkGuid' as const }];
const moved: LineChange = {
  method: 'refill',
  key: 'path',
  before: '/api/v0/accounts/refill',
  after: '/api/v1/accounts/refill',
  source: 'swagger',
};
const proposal: ProposalView = {
  id: 'proposal-1',
  origin: {
    kind: 'usual',
    from: '/swagger/v1/swagger.json',
    at: '2026-11-23T09:00:00Z',
  },
  document: {
    title: 'ProBonus API',
    version: '4.3',
    dialect: 'OpenAPI 3.0.1',
    fingerprint: '01',
  },
  otherServer: null,
  changes: [moved],
  verdicts: [],
  lost: [],
  touchesWrites: true,
};

describe('the report', () => {
  it('says on paper what it is, of which server and of which day', async () => {
    await contractTab();
    expect(plain(screen.getByTestId('print-head'))).toBe(
      'Совместимость: https://probonus.example.ru:6896 ProBonus Office 0.1.0 · 23.11.2026',
    );
  });

  it('says of each method whether it is as the table, adapted, or not possible, and why', async () => {
    const report = reportWith('register_check', { support: 'unsupported', blockers: noPlace }, sumLine({}));
    const program = await contractTab({ contractReport: report });
    expect(plain(screen.getByTestId('contract-tally'))).toBe('подстроено: 2 · недоступно: 1');
    expect(plain(screen.getByTestId('method-register_check'))).toContain('Серверу некуда передать: GUID чека');
    const lines = await unfold(program, 'refill', 'Начисление');
    expect(plain(lines)).toContain('Отправляем: сумма');
    expect(plain(lines)).toContain('в теле «/guest/amount», число, в рублях, обязательно');
    expect(plain(lines)).toContain('в теле «/sum», целое, в копейках, обязательно');
  });

  it('says of a method that stands in a document of its own, where that is', async () => {
    const program = await contractTab({
      contractReport: reportWith('receipt', {
        document: '/swagger/checks/swagger.json',
      }),
    });
    const row = (method: string) => screen.getByTestId(`method-${method}`);
    for (const method of ['receipt', 'refill']) await program.person.click(within(row(method)).getByRole('button'));
    const told = await screen.findAllByText(/^Описан в документе/);
    expect(told.map(plain)).toEqual(['Описан в документе /swagger/checks/swagger.json']);
    expect(row('receipt').nextElementSibling).toContainElement(told[0] ?? null);
  });

  it('does not claim more than is known where the server publishes no description', async () => {
    await contractTab({
      contractReport: contractReport({ document: null, origin: null }),
    });
    expect(screen.getByText(/часть этого предположена/)).toBeVisible();
  });

  it('is only read in training', async () => {
    await contractTab({
      appStatus: () => inTraining(),
      contractReport: contractReport({
        document: null,
        origin: null,
        editable: false,
      }),
    });
    expect(screen.getByText(/Учебный сервер поддерживает всё/)).toBeVisible();
    expect(screen.queryByText(/предположена/)).toBeNull();
    expect(screen.queryByRole('button', { name: 'Искать на сервере' })).toBeNull();
    expect(screen.queryByRole('button', { name: /^Изменить:/ })).toBeNull();
  });
});

describe('a line', () => {
  it('is tried while it is typed, kept with who set it, and given back', async () => {
    const typed = 'query bonus number rubles required';
    const program = await contractTab({ contractReport: sumLine({}) });
    await unfold(program, 'refill', 'Начисление');
    const edit = () => screen.findByRole('button', { name: 'Изменить: Отправляем: сумма' });
    await program.person.click(await edit());
    const field = await screen.findByLabelText('Как нужно этому серверу');
    const blockers = [{ problem: 'noPlace' as const, field: 'sum' as const }];
    program.backend.answer({
      overruleLine: sumLine({ value: '' }, { support: 'unsupported', blockers }),
    });
    await program.person.clear(field);
    expect(await screen.findByText('С этой строкой недоступно.')).toBeVisible();
    program.backend.answer({ overruleLine: refused('line') });
    await program.person.type(field, 'moon');
    expect(await screen.findByText(ru.fieldErrors.not_understood)).toBeVisible();
    await program.person.clear(field);
    const set = {
      value: typed,
      by: 'Ольга Смирнова',
      at: '2026-11-23T09:00:00Z',
      source: 'override' as const,
    };
    program.backend.answer({ overruleLine: sumLine(set) });
    await program.person.type(field, `${typed}{Enter}`);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(program.backend.asked('overruleLine').at(-1)).toEqual(['refill', 'field.sum', typed, false]);
    const lines = screen.getByRole('table', { name: 'Начисление' });
    expect(plain(lines)).toContain('в строке запроса «bonus», число, в рублях, обязательно');
    expect(plain(lines)).toContain('Ольга Смирнова');
    await program.person.click(await edit());
    program.backend.answer({ overruleLine: sumLine({}) });
    await program.person.click(await screen.findByRole('button', { name: 'Вернуть как у сервера' }));
    await waitFor(() => expect(plain(lines)).not.toContain('Ольга Смирнова'));
    expect(program.backend.asked('overruleLine').at(-1)).toEqual(['refill', 'field.sum', null, false]);
  });
});

describe('a description', () => {
  it('that was found is shown as a difference and changes nothing before it is accepted', async () => {
    const accepted = reportWith('refill', { path: '/api/v1/accounts/refill' });
    const program = await contractTab({
      findContract: proposal,
      acceptContract: accepted,
    });
    await program.person.click(screen.getByRole('button', { name: 'Искать на сервере' }));
    const shown = await screen.findByTestId('contract-proposal');
    expect(plain(shown)).toContain('/api/v1/accounts/refill');
    expect(plain(screen.getByTestId('method-refill'))).toContain('/api/v0/accounts/refill');
    expect(program.backend.asked('acceptContract')).toEqual([]);
    await program.person.click(within(shown).getByRole('button', { name: 'Принять' }));
    await waitFor(() => expect(plain(screen.getByTestId('method-refill'))).toContain('/api/v1/accounts/refill'));
    expect(program.backend.asked('acceptContract')).toEqual([['proposal-1']]);
    expect(screen.queryByTestId('contract-proposal')).toBeNull();
  });

  it('comes from a file, and what is none is said so', async () => {
    const other = { ...proposal, otherServer: 'https://other' };
    const program = await contractTab({
      findContract: inTurn(refused('notADescription'), other),
    });
    const picker = screen.getByLabelText(/^Файл с описанием/);
    await program.person.upload(picker, new File(['hello'], 'notes.json'));
    expect(plain(await screen.findByTestId('contract-error'))).toContain('Это не описание сервера');
    await program.person.upload(picker, new File(['{"other": 1}'], 'swagger.json'));
    expect(plain(await screen.findByTestId('contract-proposal'))).toContain('для другого сервера');
    expect(program.backend.asked('findContract')).toEqual([
      [{ kind: 'file', name: 'notes.json', text: 'hello' }],
      [{ kind: 'file', name: 'swagger.json', text: '{"other": 1}' }],
    ]);
  });

  it('is done without: the table is a way like the others', async () => {
    const program = await contractTab({ findContract: { ...proposal, document: null } });
    await program.person.click(screen.getByRole('button', { name: 'Без описания' }));
    await screen.findByTestId('contract-proposal');
    expect(program.backend.asked('findContract')).toEqual([[{ kind: 'table' }]]);
  });

  it('whose file was changed on this computer does not blame the server', async () => {
    await openPage({ appStatus: () => held('contract_file_changed') });
    const banner = await screen.findByTestId('contract-banner');
    expect(plain(banner)).toContain('Файл с настройкой сервера изменён или удалён на этом компьютере');
    expect(plain(banner)).not.toContain('Сервер изменился');
  });

  it('whose file is lost is looked for anew, and says where', async () => {
    const program = await openPage({
      appStatus: () => held('contract_file_changed'),
      contractReport: contractReport({ pending: null }),
    });
    const banner = await screen.findByTestId('contract-banner');
    await program.person.click(within(banner).getByRole('button', { name: 'Посмотреть и решить' }));
    expect(plain(await screen.findByTestId('contract-lost'))).toContain('До этого ничего не отправляется');
    for (const name of ['Искать на сервере', 'Без описания']) {
      expect(screen.getByRole('button', { name })).toBeInTheDocument();
    }
    expect(screen.queryByTestId('contract-pending')).toBeNull();
  });

  it('that changed in what is sent holds everything until someone decides', async () => {
    const program = await openPage({
      appStatus: () => held('contract_changed'),
      contractReport: contractReport({ pending: proposal }),
    });
    const banner = await screen.findByTestId('contract-banner');
    expect(plain(banner)).toContain('ничего не отправляется');
    await program.person.click(within(banner).getByRole('button', { name: 'Посмотреть и решить' }));
    const pending = await screen.findByTestId('contract-pending');
    await program.person.click(within(pending).getByRole('button', { name: 'Оставить как есть' }));
    await waitFor(() => expect(screen.queryByTestId('contract-pending')).toBeNull());
    expect(program.backend.asked('declineContract')).toEqual([['proposal-1']]);
    program.backend.emit('sessionChanged', appStatus());
    await waitFor(() => expect(screen.queryByTestId('contract-banner')).toBeNull());
  });

  it('that changed only in what is read is told until someone has seen it', async () => {
    const surname: LineChange = {
      ...moved,
      method: 'find_by_phone',
      key: 'answer.surname',
      before: 'surname',
      after: 'name',
    };
    const program = await contractTab({
      contractReport: contractReport({ news: [surname] }),
    });
    const news = await screen.findByTestId('contract-news');
    expect(plain(news)).toContain('Читаем: фамилия');
    await program.person.click(within(news).getByRole('button', { name: 'Понятно' }));
    await waitFor(() => expect(screen.queryByTestId('contract-news')).toBeNull());
    expect(program.backend.asked('seeContractNews')).toHaveLength(1);
  });
});

describe('a probe', () => {
  it('tells how phones are written here, or that nobody was found', async () => {
    const nobody = {
      groups: 3,
      tried: ['seven' as const],
      format: null,
      found: [],
      changes: [],
    };
    const program = await contractTab({
      probeContract: inTurn(nobody, {
        ...nobody,
        format: 'plus_seven',
        found: ['Анна Иванова'],
      }),
    });
    await program.type('Телефон известного гостя', '8 (999) 000-00-00');
    await program.person.keyboard('{Enter}');
    expect(plain(await screen.findByTestId('probe-result'))).toContain('Никого не нашли');
    await program.type('Телефон известного гостя', PHONE);
    await program.person.keyboard('{Enter}');
    await waitFor(() => expect(plain(screen.getByTestId('probe-result'))).toContain('+7XXXXXXXXXX'));
    expect(plain(screen.getByTestId('probe-result'))).toContain('Анна Иванова');
    expect(program.backend.asked('probeContract')).toEqual([['8 (999) 000-00-00'], [PHONE]]);
  });
});

describe('a key of the server', () => {
  const constant = { place: 'header' as const, name: 'X-Api-Key' };
  const demanded: LineView = {
    method: 'refill',
    key: 'constant.header.X-Api-Key',
    value: '',
    table: '',
    server: '',
    source: 'table',
    by: null,
    at: null,
    must: false,
    secret: true,
  };

  it('is entered for all methods, goes to the office once, and stays nowhere on the page', async () => {
    const kept = contractReport({ secrets: [{ constant, atHand: true, methods: 13 }] });
    const program = await contractTab({ keepSecretConstant: kept });
    const panel = screen.getByRole('region', { name: 'Ключи сервера' });
    await program.type('Имя', 'X-Api-Key');
    await program.type('Ключ', 'k3y-of-the-gateway{Enter}');
    await waitFor(() => expect(plain(panel)).toContain('X-Api-Key в заголовке, 13 запросов'));
    expect(program.backend.asked('keepSecretConstant')).toEqual([
      [{ ...constant, value: 'k3y-of-the-gateway', method: null, remember: 'keychain' }],
    ]);
    expect(screen.getByLabelText('Ключ')).toHaveValue('');
    expect(screen.getByLabelText('Ключ')).toHaveAttribute('type', 'password');
    await program.person.click(within(panel).getByRole('button', { name: 'Забыть X-Api-Key' }));
    expect(program.backend.asked('forgetSecretConstant')).toEqual([[constant]]);
  });

  it('that the keychain does not keep is explained, and may live in memory', async () => {
    const locked = appError('keychain_locked', {}, 'failed');
    const program = await contractTab({ keepSecretConstant: inTurn(locked, contractReport()) });
    await program.type('Имя', 'X-Api-Key');
    await program.type('Ключ', 'k3y-of-the-gateway{Enter}');
    expect(plain(await screen.findByTestId('contract-error'))).toContain('Хранилище паролей заблокировано');
    expect(screen.getByLabelText('Ключ')).toHaveValue('k3y-of-the-gateway');
    await program.person.click(screen.getByLabelText('Хранить ключ только до закрытия программы'));
    await program.person.click(screen.getByRole('button', { name: 'Сохранить ключ' }));
    await waitFor(() => expect(screen.queryByTestId('contract-error')).toBeNull());
    expect(program.backend.asked('keepSecretConstant').at(-1)?.[0]).toMatchObject({ remember: 'memory' });
  });

  it('that a method demands is entered at its line, as a key and not as a text', async () => {
    const blockers = [{ problem: 'unknownDemand' as const, place: 'header' as const, name: 'X-Api-Key' }];
    const refill = contractReport().methods.find((one) => one.method === 'refill');
    const lines = [...(refill?.lines ?? []), demanded];
    const program = await contractTab({
      contractReport: reportWith('refill', { lines, blockers, support: 'unsupported' }),
    });
    await unfold(program, 'refill', 'Начисление');
    await program.person.click(screen.getByRole('button', { name: 'Изменить: Всегда: X-Api-Key' }));
    const dialog = await screen.findByRole('dialog');
    await program.person.type(within(dialog).getByLabelText('Ключ'), 'k3y-of-the-gateway{Enter}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(program.backend.asked('keepSecretConstant')).toEqual([
      [{ ...constant, value: 'k3y-of-the-gateway', method: 'refill', remember: 'keychain' }],
    ]);
    expect(program.backend.asked('overruleLine')).toEqual([]);
  });
});

describe('rights that may have changed', () => {
  const doubted = (rightsDoubt: RightsDoubt | null) => ({
    appStatus: () =>
      appStatus({ contract: { impossible: [], hold: null, hasNews: false, phonesKnown: true, rightsDoubt } }),
  });

  it('offer to read the description anew, which is looked for at once', async () => {
    const program = await openPage({
      ...doubted({ why: 'forbidden', method: 'refill' }),
      findContract: proposal,
    });
    const banner = await screen.findByTestId('rights-banner');
    expect(plain(banner)).toContain('«Начисление» в описании сервера есть');
    await program.person.click(within(banner).getByRole('button', { name: 'Прочитать описание заново' }));
    expect(await screen.findByText('Что изменится')).toBeVisible();
    expect(program.backend.asked('findContract')).toEqual([[{ kind: 'find' }]]);
  });

  it('of another user are told, and may be left', async () => {
    const program = await openPage(doubted({ why: 'other_user' }));
    const banner = await screen.findByTestId('rights-banner');
    expect(plain(banner)).toContain('Вошёл другой пользователь');
    await program.person.click(within(banner).getByRole('button', { name: 'Не нужно' }));
    expect(program.backend.asked('settleRights')).toHaveLength(1);
    program.backend.emit('sessionChanged', doubted(null).appStatus());
    await waitFor(() => expect(screen.queryByTestId('rights-banner')).toBeNull());
  });

  it('a method that is missing may be there by now', async () => {
    const impossible = [{ method: 'refill' as const, problems: [{ problem: 'noMethod' as const }] }];
    const contract = { impossible, hold: null, hasNews: false, phonesKnown: true, rightsDoubt: null };
    const program = await openPage({ appStatus: () => appStatus({ contract }), findContract: proposal });
    await program.person.keyboard('{F3}');
    const why = await screen.findByTestId('impossible');
    await program.person.click(within(why).getByRole('button', { name: 'Прочитать описание заново' }));
    await waitFor(() => expect(program.backend.asked('findContract')).toEqual([[{ kind: 'find' }]]));
  });
});

describe('what the server can’t do', () => {
  it('is disabled, with the reason', async () => {
    const contract = {
      impossible: [{ method: 'register_check' as const, problems: noPlace }],
      hold: null,
      hasNews: false,
      phonesKnown: true,
      rightsDoubt: null,
    };
    const program = await openPage({
      appStatus: () => appStatus({ contract }),
    });
    await program.person.keyboard('{F4}');
    expect(plain(await screen.findByTestId('impossible'))).toContain('Серверу некуда передать: GUID чека');
    expect(screen.getByRole('button', { name: /^Проверить/ })).toBeDisabled();
  });

  it('waits, and says so, while the first refill is being checked', async () => {
    const program = await openPage();
    expect(screen.queryByTestId('canary-banner')).toBeNull();
    program.backend.emit('queueChanged', queueView({ prepared: 1, canary: operationView('refill').id }));
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
    ['answer.zeros', 'omitted', 'не передаются'],
    ['path', '/api/v0/x', '/api/v0/x'],
  ])('%s %s', (key, text, said) => expect(lineText(key, text, words)).toBe(said));

  it.each([
    ['field.checkGuid', 'Отправляем: GUID чека', 'field'],
    ['constant.query.version', 'Всегда: version', 'constant'],
    ['record.extra%20note', 'Из анкеты без изменений: extra note', 'field'],
    ['answer.at', 'Где в ответе данные', 'at'],
    ['answer.moment', 'Читаем: время', 'answer'],
    ['pages', 'Следующие страницы', 'pages'],
    ['token', 'Постоянный токен', 'scheme'],
  ])('%s is named', (key, name, kind) => {
    expect(lineName(key, words)).toBe(name);
    expect(words.edit.hint[lineKind(key)]).toBeTruthy();
    expect(lineKind(key)).toBe(kind);
  });

  it('say what is dangerous, whatever it is', () => {
    const said = (['connection', 'secret', 'money', 'field', 'token', 'path', 'verb'] as const).map((danger) =>
      contractProblem({ problem: 'dangerous', place: 'path', name: 'DELETE /accounts', danger }, words),
    );
    expect(new Set(said).size).toBe(said.length);
    for (const text of said) expect(text).toContain('«DELETE /accounts»');
  });

  it('say each problem', () =>
    expect(contractProblem({ problem: 'unitUnclear', field: 'sum', said: 'Сумма' }, words)).toBe(
      'Сумма: копейки или рубли, из описания не ясно («Сумма»)',
    ));
});
