import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { ReceiptView, TermView, TransactionView } from '$lib/backend/types';
import { ru } from '$lib/i18n/ru';
import { openPage, PHONE, plain } from '../../test/page';
import { guest as recorded, program as recordedProgram, refused, type Refusal } from '../../test/recorded';
import { inTurn } from '../../test/scripted';
import {
  anna,
  appError,
  guestCard,
  guestView,
  operationView,
  previewView,
  storyView,
  transactionView,
} from '../../test/views';
import { blankProfile, rebase } from './profile';

const SEARCH = 'Поиск гостя по телефону';
const two = [
  guestView({ account: '1', phone: '+79165554433', fullName: 'Петров Пётр Петрович' }),
  guestView({ account: '2', phone: '+79165554433', fullName: 'Петрова Анна Ильинична' }),
];
const found = (guests = two) => ({ kind: 'found' as const, guests });

describe('the search', () => {
  it.each([PHONE, '+7 912 345-67-89', '9123456789'])(
    'hands on %s as it was typed, and shows the card',
    async (phone) => {
      const page = await openPage();
      await page.find(phone);
      expect(await screen.findByRole('heading', { name: 'Кузнецова Анна Сергеевна' })).toBeVisible();
      expect(page.backend.asked('findGuest')).toEqual([[phone]]);
      expect(page.backend.asked('guestCard')).toEqual([[anna.phone, anna.account]]);
      expect(plain(screen.getByTestId('balance'))).toBe('4 712,00 ₽');
      expect(plain(screen.getByTestId('guest-card'))).toContain('сгорит 483,00 ₽ до 25.11');
    },
  );

  it.each<[Refusal, string, RegExp]>([
    ['searchEmpty', ' ', /Заполните это поле/],
    ['searchShort', '12', /Введено 2\sцифры, нужно 10/],
    ['searchShorter', '8 912 345', /Введено 7\sцифр, нужно 11/],
    ['searchWords', 'абв', /В номере только цифры/],
  ])('tells at its field what the office says: %s of «%s»', async (refusal, phone, told) => {
    const page = await openPage({ findGuest: refused(refusal) });
    await page.find(phone);
    const field = screen.getByLabelText(SEARCH);
    await waitFor(() => expect(field).toHaveAccessibleDescription(expect.stringMatching(told)));
    expect(field).toHaveFocus();
  });

  it('has the cursor from the start', async () => {
    await openPage();
    expect(screen.getByLabelText(SEARCH)).toHaveFocus();
  });

  it.each([
    [recorded.found, 'Найден гость: Кузнецова Анна Сергеевна. Баланс: 4 712,00 ₽'],
    [found(), 'Выберите из списка: 2 счёта'],
    [recorded.notFound, 'Такого гостя нет'],
  ])('tells a screen reader what it came to', async (findGuest, told) => {
    const page = await openPage({ findGuest });
    await page.find(PHONE);
    await waitFor(() => expect(screen.getAllByRole('status').map(plain)).toContain(told));
  });

  it('that got no answer says what to do, and is asked again by a button', async () => {
    const page = await openPage({ findGuest: inTurn(appError('timeout', {}, 'failed'), recorded.found) });
    await page.find(PHONE);
    expect(await screen.findByText('Сервер не ответил вовремя')).toBeVisible();
    expect(screen.getByLabelText(SEARCH)).toHaveValue(PHONE);
    await page.person.click(screen.getByRole('button', { name: 'Повторить' }));
    expect(await screen.findByTestId('guest-card')).toBeVisible();
  });

  it('lists what burns and when, the sums written out', async () => {
    const burning = [
      { date: '2026-11-30', sum: 120_00 },
      { date: '2027-01-10', sum: 90_50 },
    ];
    const page = await openPage({
      guestCard: guestCard({ balance: { balance: 1_234_56, burning, neverBurns: null, waiting: [] } }),
    });
    await page.find(PHONE);
    const rows = within(await screen.findByRole('figure', { name: 'Сгорание по датам' })).getAllByRole('listitem');
    expect(rows.map(plain)).toEqual(['до 30.11 120,00 ₽', 'до 10.01.2027 90,50 ₽']);
  });

  it('is reached by Ctrl+K under any keyboard layout', async () => {
    const page = await openPage();
    await page.person.keyboard('{F7}{Control>}[KeyK]{/Control}');
    expect(screen.getByLabelText(SEARCH)).toHaveFocus();
  });

  it('lets choose among several accounts with one phone', async () => {
    const page = await openPage({ findGuest: found() });
    await page.find('9165554433');
    const first = await screen.findByRole('button', { name: /Петров Пётр/ });
    await waitFor(() => expect(first).toHaveFocus());
    // Enter held down from the search chooses nobody.
    expect(await fireEvent.keyDown(first, { key: 'Enter', repeat: true })).toBe(false);
    await page.person.keyboard('{Tab}{Enter}');
    await screen.findByTestId('guest-card');
    expect(page.backend.asked('guestCard')).toEqual([['+79165554433', '2']]);
  });
});

describe('a new guest', () => {
  it('is created from a search that found none, the phone filled in', async () => {
    const page = await openPage({ findGuest: recorded.notFound });
    await page.find('8 905 123-45-67');
    const create = await screen.findByRole('button', { name: 'Создать гостя' });
    await waitFor(() => expect(create).toHaveFocus());
    await page.person.keyboard('{Enter}');
    expect(await screen.findByText('Номер свободен')).toBeVisible();
    expect(screen.getByLabelText('Группа')).toHaveDisplayValue('Самостоятельно зарегистрировавшиеся');
    await page.type('Фамилия', 'Орлова');
    await page.type('Имя', 'Вера');
    await page.type('День рождения', '14031991');
    await page.sendByEnter();
    expect(plain(await screen.findByTestId('ending-done'))).toContain('Гость создан');
    const [, form] = page.backend.asked('submit')[0] ?? [];
    expect(form).toMatchObject({
      kind: 'create_guest',
      group: '3',
      profile: { surname: 'Орлова', name: 'Вера', birthday: '14.03.1991' },
    });
    const { subject } = operationView('create');
    await page.person.click(screen.getByRole('button', { name: 'К карточке гостя' }));
    await screen.findByTestId('guest-card');
    expect(page.backend.asked('guestCard')).toEqual([[subject.phone, subject.account]]);
    expect(screen.getByText('12.04.1987')).toBeVisible();
  });

  it('with a known phone is offered as a card', async () => {
    const page = await openPage();
    await page.person.keyboard('{F8}');
    await page.type('Телефон', PHONE);
    await page.person.tab();
    const told = await screen.findByText('Этот телефон уже у гостя: Кузнецова Анна Сергеевна');
    expect(told).toBeVisible();
    // The work has gone on to the next field: it is said aloud.
    expect(told.closest('[aria-live]')).toHaveAttribute('aria-live', 'polite');
    await page.person.click(screen.getByRole('button', { name: 'Открыть карточку' }));
    expect(await screen.findByTestId('guest-card')).toBeVisible();
  });

  it('can’t be made where no group takes any: says what to ask the administrator for', async () => {
    const groups = recordedProgram.groups.map((group) => ({ ...group, haveTemplate: false }));
    const page = await openPage({ groups });
    await page.person.keyboard('{F8}');
    expect(await screen.findByText('Нет ни одной группы с шаблоном')).toBeVisible();
    expect(screen.getByText(/Попросите администратора ProBonus включить «Шаблон для API»/)).toBeVisible();
  });

  it('only goes to a group that takes new ones', async () => {
    const page = await openPage();
    await page.person.keyboard('{F8}');
    const groups = await screen.findByLabelText('Группа');
    await waitFor(() => expect(within(groups).getAllByRole('option')).toHaveLength(2));
  });
});

describe('an edit', () => {
  it('shows the difference before it is made', async () => {
    const page = await openPage();
    await page.find(PHONE);
    await page.person.click(await screen.findByRole('button', { name: 'Изменить анкету' }));
    await page.type('Эл. почта', 'anna@example.ru');
    expect(screen.getByRole('button', { name: 'Вернуть как было' })).toBeEnabled();
    const diff = screen.getByRole('region', { name: 'Что изменится' });
    await waitFor(() => expect(plain(diff)).toContain('anna.kuznetsova@example.ru anna@example.ru'));
    await page.sendByEnter();
    const done = plain(await screen.findByTestId('ending-done'));
    expect(done).toContain('Анкета изменена');
    // A profile moves no balance: there is nothing to wait for.
    expect(done).not.toContain('Баланс');
    await waitFor(() => expect(screen.getByRole('button', { name: 'К карточке гостя' })).toHaveFocus());
  });

  it('tells of a field that the server changed unasked', async () => {
    const story = storyView('edit');
    const unasked = [{ field: 'email', before: 'guest1042@example.ru', after: '' }];
    const events = [
      ...story.events,
      { number: 9, at: story.operation.updatedAt, event: 'record_read' as const, unasked },
    ];
    const page = await openPage({ operationStory: { ...story, events } });
    await page.find(PHONE);
    await page.person.click(await screen.findByRole('button', { name: 'Изменить анкету' }));
    await page.type('Имя', 'Марина');
    await page.sendByEnter();
    const told = plain(await screen.findByTestId('unasked'));
    expect(told).toContain('Сервер изменил и другие поля');
    expect(told).toContain('Эл. почта: guest1042@example.ru → —');
  });

  it('shows three versions of a profile that somebody else changed, and keeps one’s own edits', async () => {
    const read = { ...anna.profile, email: 'old@example.ru' };
    const now = { ...anna.profile, name: 'Анна-Мария', email: 'anna@example.ru' };
    const all = { read, wanted: { ...read, surname: 'Петрова', name: 'Марина' }, now };
    const page = await openPage({
      guestCard: guestCard({ guest: guestView({ profile: read }) }),
      submit: inTurn(appError('account_changed', { versions: all }), (id) => operationView('edit', { id })),
    });
    await page.find(PHONE);
    await page.person.click(await screen.findByRole('button', { name: 'Изменить анкету' }));
    await page.type('Фамилия', 'Петрова');
    await page.type('Имя', 'Марина');
    await page.sendByEnter();
    const versions = await screen.findByRole('group', { name: 'Анкету изменили двое' });
    const rows = within(versions)
      .getAllByRole('row')
      .map((row) => [...row.children].map(plain).join(' | '));
    expect(rows).toEqual([
      'Поле | Было, когда вы открыли | Вы хотите | Сейчас на сервере',
      'Фамилия | Кузнецова | Петрова | Кузнецова',
      'Имя изменили оба: останется ваше | Анна | Марина | Анна-Мария',
      'Эл. почта | old@example.ru | old@example.ru | anna@example.ru',
    ]);
    expect(screen.getByLabelText('Имя')).toHaveValue('Марина');

    await page.person.click(screen.getByRole('button', { name: 'Взять свежую анкету' }));
    expect(screen.queryByRole('group', { name: 'Анкету изменили двое' })).toBeNull();
    expect(screen.getByLabelText('Эл. почта')).toHaveValue('anna@example.ru');
    await page.sendByEnter();
    expect(plain(await screen.findByTestId('ending-done'))).toContain('Анкета изменена');
  });

  it('keeps the operator’s own edits over a profile that has moved on', () => {
    const before = { ...blankProfile(), name: 'Вера', email: 'old@example.ru' };
    const edited = { ...before, name: 'Вероника' };
    const now = { ...before, email: 'new@example.ru' };
    expect(rebase(edited, before, now)).toEqual({ ...before, name: 'Вероника', email: 'new@example.ru' });
  });
});

describe('the terms of an account', () => {
  const terms: TermView[] = [
    {
      field: 'discountLevel',
      choices: [
        { code: '1', name: 'Бронзовый' },
        { code: '2', name: 'Серебряный' },
      ],
      shown: true,
    },
    { field: 'bonusLifetime', choices: [], shown: true },
  ];
  const termsPreview = previewView('edit', { changes: [{ field: 'discountLevel', before: '1', after: '2' }] });
  const profile = { ...anna.profile, discountLevel: '1', bonusType: '', bonusLifetime: '180' };
  const card = () => guestCard({ guest: guestView({ profile }), terms });

  it('are changed apart from the profile, and say what follows', async () => {
    const page = await openPage({ guestCard: card(), preview: termsPreview });
    await page.find(PHONE);
    await page.person.click(await screen.findByRole('button', { name: 'Уровень и срок бонусов' }));
    await page.person.selectOptions(await screen.findByLabelText('Уровень'), 'Серебряный (2)');
    await page.type('Срок жизни бонусов', '90');
    const diff = screen.getByRole('region', { name: 'Что изменится' });
    await waitFor(() => expect(plain(diff)).toContain('Бронзовый (1) Серебряный (2)'));
    expect(plain(diff)).toContain('180 дней 90 дней');
    const follows = plain(screen.getByRole('region', { name: 'Что это значит для гостя' }));
    expect(follows).toContain('Новые бонусы будут сгорать через 90 дней вместо 180 дней.');
    expect(follows).toContain('Изменится ли срок уже начисленных, решает сервер.');
    expect(follows).toContain('с уровня «Бронзовый (1)» на «Серебряный (2)»');
    await page.sendByEnter();
    const [, form] = page.backend.asked('submit')[0] ?? [];
    expect(form).toMatchObject({
      kind: 'edit_guest',
      before: { discountLevel: '1', bonusLifetime: '180' },
      after: { surname: anna.profile.surname, discountLevel: '2', bonusLifetime: '90' },
    });
  });

  it('are named in the confirmation, not told by their codes alone', async () => {
    const page = await openPage({ guestCard: card(), preview: termsPreview });
    await page.find(PHONE);
    await page.person.click(await screen.findByRole('button', { name: 'Уровень и срок бонусов' }));
    await page.person.selectOptions(await screen.findByLabelText('Уровень'), 'Серебряный (2)');
    await page.person.keyboard('{Enter}');
    const dialog = plain(await screen.findByRole('dialog'));
    expect(dialog).toContain('Изменение уровня и срока бонусов');
    expect(dialog).toContain('Бронзовый (1) → Серебряный (2)');
  });

  it('that the record does not show are said not to be verified', async () => {
    const unshown = terms.map((term) => ({ ...term, shown: false }));
    const page = await openPage({ guestCard: guestCard({ guest: guestView({ profile }), terms: unshown }) });
    await page.find(PHONE);
    await page.person.click(await screen.findByRole('button', { name: 'Уровень и срок бонусов' }));
    await page.type('Срок жизни бонусов', '90');
    expect(await screen.findByText(/проверить изменение программа не сможет/)).toBeVisible();
  });

  it('are not offered where the server has none', async () => {
    const page = await openPage({ guestCard: guestCard({ terms: [] }) });
    await page.find(PHONE);
    await screen.findByRole('button', { name: 'Изменить анкету' });
    expect(screen.queryByRole('button', { name: 'Уровень и срок бонусов' })).toBeNull();
  });
});

describe('the balance', () => {
  it('shows what waits and what never burns apart from what burns', async () => {
    const burning = [{ date: '2026-12-01', sum: 100_00 }];
    const waiting = [
      { from: '2026-12-05', sum: 120_00 },
      { from: null, sum: 30_00 },
    ];
    const balance = { balance: 400_00, burning, neverBurns: 300_00, waiting };
    const page = await openPage({ guestCard: guestCard({ balance }) });
    await page.find(PHONE);
    const waits = plain(await screen.findByRole('group', { name: 'Ожидает начисления' }));
    expect(waits).toContain('120,00 ₽ с ');
    expect(waits).toContain('30,00 ₽');
    expect(plain(screen.getByRole('region', { name: 'Баланс' }))).toContain('300,00 ₽ не сгорят никогда');
  });
});

describe('the history', () => {
  it('opens a receipt down to the dishes, and gives the focus back', async () => {
    const page = await openPage();
    await page.find(PHONE);
    const rows = await screen.findByRole('grid', { name: 'История' });
    rows.focus();
    await page.person.keyboard('{Enter}');
    const receipt = await screen.findByRole('dialog', { name: /^Чек/ });
    const dish = recorded.receipt.lines[0]?.name ?? '';
    await waitFor(() => expect(plain(receipt)).toContain(dish));
    await page.person.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(screen.getByRole('grid', { name: 'История' })).toHaveFocus();
  });

  it('tells what was done in full, with the comment under it and not in its place', async () => {
    const page = await openPage();
    await page.find(PHONE);
    const table = await screen.findByRole('grid', { name: 'История' });
    const [head, ...rows] = within(table).getAllByRole('row');
    const headings = within(head as HTMLElement).getAllByRole('columnheader');
    expect(headings.map(plain)).toEqual(['Дата', 'Движение', 'Бонусы', 'Остаток']);
    const told = rows.map((row) => plain(within(row).getAllByRole('gridcell')[1] ?? null));
    expect(told).toContain('Начисление вручную Акция «Осенний обед»');
    expect(told).toContain('Начисление за покупку № Д-1042');
  });

  it('opens a row without a receipt too: its comment may be longer than its cell', async () => {
    const page = await openPage();
    await page.find(PHONE);
    (await screen.findByRole('grid', { name: 'История' })).focus();
    await page.person.keyboard('{ArrowDown}{ArrowDown}{Enter}');
    const details = await screen.findByRole('dialog', { name: 'Начисление вручную' });
    expect(plain(details)).toContain('Комментарий Акция «Осенний обед»');
    expect(plain(details)).toContain('Бонусы +250,00 ₽');
    await page.person.keyboard('{Escape}');
    expect(screen.getByRole('grid', { name: 'История' })).toHaveFocus();
  });

  it('tells the number and the GUID of a receipt that the server does not give, and denies no receipt', async () => {
    const row = transactionView({
      receipt: null,
      outside: true,
      externalCheck: 'Д-1042',
      checkGuid: '6d4a7046-0000-4000-8000-000000000001',
    });
    const page = await openPage({ transactions: { ...recorded.history, rows: [row], total: 1 } });
    await page.find(PHONE);
    (await screen.findByRole('grid', { name: 'История' })).focus();
    await page.person.keyboard('{Enter}');
    const details = plain(await screen.findByRole('dialog'));
    expect(details).toContain('Д-1042');
    expect(details).toContain('6d4a7046-0000-4000-8000-000000000001');
    expect(details).not.toMatch(/нет чека|не передал чек/);
  });

  it.each([
    ['nothing', null, '3 движения'],
    ['perhaps', null, ru.guest.history.perhaps('3 движения')],
    ['some', null, ru.guest.history.short('3 движения')],
    ['some', 300, ru.guest.history.short('3 движения из 300')],
    ['newest', 300, ru.guest.history.oldest('3 движения из 300')],
  ] as const)('says what it lacks: %s of %s', async (lacks, counted, told) => {
    const rows = recorded.history.rows.slice(0, 3);
    const page = await openPage({ transactions: { ...recorded.history, rows, total: 3, lacks, counted } });
    await page.find(PHONE);
    await screen.findByRole('grid', { name: 'История' });
    expect(plain(screen.getByText(/^3 движения/))).toBe(told);
  });

  it('shows the rows that could be read, and what could not', async () => {
    const unread = [{ field: 'created_at', raw: '{"id":7,"created_at":null}' }];
    const transactions = { ...recorded.history, unread, unreadTotal: 1, foreign: 2 };
    const page = await openPage({ transactions });
    await page.find(PHONE);
    await screen.findByRole('grid', { name: 'История' });
    await page.person.click(screen.getByText(/не удалось прочитать/));
    expect(screen.getByText(ru.guest.history.unreadField('created_at'))).toBeVisible();
    expect(screen.getByText(/"id":7/)).toBeVisible();
    expect(screen.getByText(/другого гостя/)).toBeVisible();
  });

  it('strikes a cancelled row through', async () => {
    const rows = [transactionView({ cancelled: true })];
    const page = await openPage({ transactions: { ...recorded.history, rows, total: 1 } });
    await page.find(PHONE);
    const grid = await screen.findByRole('grid', { name: 'История' });
    expect(within(grid).getByText(ru.guest.history.cancelled)).toBeVisible();
    expect(grid.querySelector('s')).not.toBeNull();
  });

  it('shows no sign where nothing tells if bonuses were added or taken', async () => {
    const rows = [transactionView({ id: '1', sum: 12300, unsigned: true }), transactionView({ id: '2', sum: 4500 })];
    const page = await openPage({ transactions: { ...recorded.history, rows, total: 2 } });
    await page.find(PHONE);
    const grid = plain(await screen.findByRole('grid', { name: 'История' }));
    expect(grid).toContain('123,00');
    expect(grid).not.toContain('+123,00');
    expect(grid).toContain('+45,00');
  });

  it('says that the server gave other days than the ones that were asked for', async () => {
    const page = await openPage({ transactions: { ...recorded.history, rows: [], total: 0, otherDays: true } });
    await page.find(PHONE);
    expect(await screen.findByText(ru.guest.history.otherDays)).toBeVisible();
  });

  it('draws only what is seen of a thousand rows', async () => {
    const rows = Array.from({ length: 1000 }, (_, index) => transactionView({ id: String(index) }));
    const page = await openPage({ transactions: { ...recorded.history, rows, total: rows.length } });
    await page.find(PHONE);
    await page.person.click(await screen.findByRole('radio', { name: 'За период' }));
    await page.type('С', '01.01.2012');
    await page.person.keyboard('{Enter}');
    await screen.findByText(/^[\d\s]+движени/);
    const drawn = screen.getAllByRole('row').length;
    expect(drawn).toBeGreaterThan(10);
    expect(drawn).toBeLessThan(80);
  });

  it('tells at its field that a period ends before it begins', async () => {
    const page = await openPage();
    await page.find(PHONE);
    await page.person.click(await screen.findByRole('radio', { name: 'За период' }));
    page.backend.answer({ transactions: refused('period') });
    await page.type('С', '20.11.2026');
    await page.type('По', '10.11.2026');
    await page.person.keyboard('{Enter}');
    await waitFor(() => expect(screen.getByLabelText('По')).toHaveAccessibleDescription('Конец периода раньше начала'));
    expect(page.backend.asked('transactions').at(-1)?.[1]).toMatchObject({ from: '20.11.2026', to: '10.11.2026' });
    await page.person.type(screen.getByLabelText('По'), '{Backspace}');
    expect(screen.getByLabelText('По')).not.toHaveAccessibleDescription();
  });
});

describe('a guest with two phones', () => {
  it('who was found by the second one is told so, on the card and in a form', async () => {
    const second = { kind: 'found' as const, guests: [guestView({ foundBy: '+7 495 123-45-67' })] };
    const page = await openPage({ findGuest: inTurn(second, { kind: 'found', guests: [guestView()] }) });
    await page.find('8 495 123-45-67');
    await screen.findByTestId('guest-card');
    expect(plain(screen.getByTestId('found-by'))).toBe('Найден по телефону +7 495 123-45-67, в карточке — другой');
    await page.person.keyboard('{F3}');
    expect(plain(await screen.findByTestId('picked-guest'))).toContain('Найден по телефону +7 495 123-45-67');
    await page.find(PHONE);
    await screen.findByTestId('guest-card');
    await waitFor(() => expect(screen.queryByTestId('found-by')).toBeNull());
  });
});

describe('a phone that is not surely the guest’s', () => {
  it('is named as the searched one where the card shows none', async () => {
    const hidden = guestView({ phoneText: null, foundBy: '+7 495 123-45-67' });
    const page = await openPage({
      findGuest: { kind: 'found', guests: [hidden] },
      guestCard: guestCard({ guest: hidden }),
    });
    await page.find('8 495 123-45-67');
    await screen.findByTestId('guest-card');
    expect(plain(screen.getByTestId('found-by'))).toBe(
      'Найден по телефону +7 495 123-45-67, сама карточка его не показывает',
    );
  });

  it('which found a guest before is not called free', async () => {
    const before = { kind: 'not_found' as const, phone: '+79051234567', phoneText: '+7 905 123-45-67' };
    const page = await openPage({ findGuest: { ...before, certain: false, foundBefore: true } });
    await page.find('+7 905 123-45-67');
    expect(await screen.findByText(/Раньше по этому телефону находился гость/)).toBeVisible();
    expect(screen.getByRole('button', { name: 'Создать гостя' })).toBeVisible();
    expect(screen.queryByText(/номера иначе/)).toBeNull();
  });
});

describe('the return of a receipt', () => {
  const givesBack = async (change: Partial<TransactionView>, receipt: Partial<ReceiptView>) => {
    const row = {
      ...transactionView(),
      receipt: '1',
      checkGuid: null,
      externalCheck: null,
      returnable: false,
      ...change,
    };
    const page = await openPage({
      transactions: { ...recorded.history, rows: [row], total: 1 },
      receipt: {
        ...recorded.receipt,
        checkGuid: null,
        externalCheck: null,
        returned: false,
        returnable: false,
        ...receipt,
      },
      findPurchase: [],
    });
    await page.find(PHONE);
    (await screen.findByRole('grid', { name: 'История' })).focus();
    await page.person.keyboard('{Enter}');
    const dialog = await screen.findByRole('dialog');
    await within(dialog).findByText(recorded.receipt.lines[0]?.name ?? '', { exact: false });
    return within(dialog).queryByRole('button', { name: 'Вернуть чек…' });
  };

  it('is not offered for a receipt of the POS', async () => {
    expect(await givesBack({}, { number: '1042', station: '3' })).toBeNull();
  });
  it('is offered for an outside receipt', async () => {
    expect(await givesBack({ externalCheck: 'Д-1042', returnable: true }, {})).toBeVisible();
  });
});
