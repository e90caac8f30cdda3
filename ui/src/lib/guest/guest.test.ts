import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { ru } from '$lib/i18n/ru';
import { IVANOVA, openProgram, plain } from '../../test/open';
import { blankProfile, rebase } from './profile';

describe('the search', () => {
  it.each([IVANOVA, '+7 912 345-67-89', '9123456789', '7 912 345 67 89'])('takes %s', async (phone) => {
    const program = await openProgram();
    await program.find(phone);
    expect(await screen.findByRole('heading', { name: 'Иванова Мария Сергеевна' })).toBeVisible();
    expect(plain(screen.getByTestId('balance'))).toBe('1 234,56 ₽');
    expect(plain(screen.getByTestId('guest-card'))).toContain('сгорит 120,00 ₽ до 30.11');
  });

  it.each([
    [' ', /Заполните это поле/],
    ['12', /Введено 2\sцифры, нужно 10/],
    ['8 912 345', /Введено 7\sцифр, нужно 11/],
    ['абв', /В номере только цифры/],
  ])('tells what is wrong with «%s»', async (phone, told) => {
    const program = await openProgram();
    await program.find(phone);
    const field = screen.getByLabelText('Поиск гостя по телефону');
    await waitFor(() => expect(field).toHaveAccessibleDescription(expect.stringMatching(told)));
    expect(field).toHaveFocus();
  });

  it('has the cursor from the start', async () => {
    await openProgram();
    expect(screen.getByLabelText('Поиск гостя по телефону')).toHaveFocus();
  });

  it.each([
    ['9123456789', 'Найден гость: Иванова Мария Сергеевна. Баланс: 1 234,56 ₽'],
    ['9165554433', 'Выберите из списка: 2 счёта'],
    ['9990000000', 'Такого гостя нет'],
  ])('tells a screen reader what %s came to', async (phone, told) => {
    const program = await openProgram();
    await program.find(phone);
    await waitFor(() => expect(screen.getAllByRole('status').map(plain)).toContain(told));
  });

  it('that got no answer says what to do, and is asked again by a button', async () => {
    const program = await openProgram({ silent: true });
    await program.find(IVANOVA);
    expect(await screen.findByText('Сервер не ответил вовремя')).toBeVisible();
    expect(screen.getByLabelText('Поиск гостя по телефону')).toHaveValue(IVANOVA);
    program.backend.options.silent = false;
    await program.person.click(screen.getByRole('button', { name: 'Повторить' }));
    expect(await screen.findByTestId('guest-card')).toBeVisible();
  });

  it('lists what burns and when, the sums written out', async () => {
    const program = await openProgram();
    await program.find(IVANOVA);
    const rows = within(await screen.findByRole('figure', { name: 'Сгорание по датам' })).getAllByRole('listitem');
    expect(rows.map(plain)).toEqual([
      'до 30.11 120,00 ₽',
      'до 15.12 340,00 ₽',
      'до 10.01.2027 90,50 ₽',
      'до 28.02.2027 410,00 ₽',
      'до 01.05.2027 274,06 ₽',
    ]);
  });

  it('is reached by Ctrl+K under any keyboard layout', async () => {
    const program = await openProgram();
    await program.person.keyboard('{F7}{Control>}[KeyK]{/Control}');
    expect(screen.getByLabelText('Поиск гостя по телефону')).toHaveFocus();
  });

  it('lets choose among several accounts with one phone', async () => {
    const program = await openProgram();
    await program.find('9165554433');
    const first = await screen.findByRole('button', { name: /Петров Пётр/ });
    await waitFor(() => expect(first).toHaveFocus());
    // Enter held down from the search chooses nobody.
    expect(await fireEvent.keyDown(first, { key: 'Enter', repeat: true })).toBe(false);
    await program.person.keyboard('{Tab}{Enter}');
    expect(await screen.findByRole('heading', { name: 'Петрова Анна Ильинична' })).toBeVisible();
  });
});

describe('a new guest', () => {
  it('is created from a search that found none, the phone filled in', async () => {
    const program = await openProgram();
    await program.find('8 905 123-45-67');
    const create = await screen.findByRole('button', { name: 'Создать гостя' });
    await waitFor(() => expect(create).toHaveFocus());
    await program.person.keyboard('{Enter}');
    expect(await screen.findByText('Номер свободен')).toBeVisible();
    expect(screen.getByLabelText('Группа')).toHaveDisplayValue('Самостоятельно зарегистрировавшиеся');
    await program.type('Фамилия', 'Орлова');
    await program.type('Имя', 'Вера');
    await program.type('День рождения', '14031991');
    await program.sendByEnter();
    expect(plain(await screen.findByTestId('ending-done'))).toContain('Гость создан');
    await program.person.click(screen.getByRole('button', { name: 'К карточке гостя' }));
    expect(await screen.findByRole('heading', { name: 'Орлова Вера' })).toBeVisible();
    expect(screen.getByText('14.03.1991')).toBeVisible();
  });

  it('with a known phone is offered as a card', async () => {
    const program = await openProgram();
    await program.person.keyboard('{F8}');
    await program.type('Телефон', IVANOVA);
    await program.person.tab();
    const told = await screen.findByText('Этот телефон уже у гостя: Иванова Мария Сергеевна');
    expect(told).toBeVisible();
    // The work has gone on to the next field: it is said aloud.
    expect(told.closest('[aria-live]')).toHaveAttribute('aria-live', 'polite');
    await program.person.click(screen.getByRole('button', { name: 'Открыть карточку' }));
    expect(await screen.findByTestId('guest-card')).toBeVisible();
  });

  it('can’t be made where no group takes any: says what to ask the administrator for', async () => {
    const program = await openProgram({ noTemplate: true });
    await program.person.keyboard('{F8}');
    expect(await screen.findByText('Нет ни одной группы с шаблоном')).toBeVisible();
    expect(screen.getByText(/Попросите администратора ProBonus включить «Шаблон для API»/)).toBeVisible();
  });

  it('only goes to a group that takes new ones', async () => {
    const program = await openProgram();
    await program.person.keyboard('{F8}');
    const groups = await screen.findByLabelText('Группа');
    await waitFor(() => expect(within(groups).getAllByRole('option')).toHaveLength(2));
  });
});

describe('an edit', () => {
  it('shows the difference before it is made', async () => {
    const program = await openProgram();
    await program.find(IVANOVA);
    await program.person.click(await screen.findByRole('button', { name: 'Изменить анкету' }));
    await program.type('Эл. почта', 'maria@example.ru');
    expect(screen.getByRole('button', { name: 'Вернуть как было' })).toBeEnabled();
    const diff = screen.getByRole('region', { name: 'Что изменится' });
    await waitFor(() => expect(plain(diff)).toContain('guest1042@example.ru maria@example.ru'));
    await program.sendByEnter();
    const done = plain(await screen.findByTestId('ending-done'));
    expect(done).toContain('Анкета изменена');
    // A profile moves no balance: there is nothing to wait for.
    expect(done).not.toContain('Баланс');
    await waitFor(() => expect(screen.getByRole('button', { name: 'К карточке гостя' })).toHaveFocus());
  });

  it('tells of a field that the server changed unasked', async () => {
    const program = await openProgram({ meddles: true });
    await program.find(IVANOVA);
    await program.person.click(await screen.findByRole('button', { name: 'Изменить анкету' }));
    await program.type('Имя', 'Марина');
    await program.sendByEnter();
    const told = plain(await screen.findByTestId('unasked'));
    expect(told).toContain('Сервер изменил и другие поля');
    expect(told).toContain('Эл. почта: guest1042@example.ru → —');
  });

  it('shows three versions of a profile that somebody else changed, and keeps one’s own edits', async () => {
    const program = await openProgram({ overtaken: true });
    await program.find(IVANOVA);
    await program.person.click(await screen.findByRole('button', { name: 'Изменить анкету' }));
    await program.type('Фамилия', 'Петрова');
    await program.type('Имя', 'Марина');
    await program.sendByEnter();
    const versions = await screen.findByRole('group', { name: 'Анкету изменили двое' });
    const rows = within(versions)
      .getAllByRole('row')
      .map((row) => [...row.children].map(plain).join(' | '));
    expect(rows).toEqual([
      'Поле | Было, когда вы открыли | Вы хотите | Сейчас на сервере',
      'Фамилия | Иванова | Петрова | Иванова',
      'Имя изменили оба: останется ваше | Мария | Марина | Мария-Луиза',
      'Эл. почта | guest1042@example.ru | guest1042@example.ru | luisa@example.ru',
    ]);
    expect(screen.getByLabelText('Имя')).toHaveValue('Марина');

    await program.person.click(screen.getByRole('button', { name: 'Взять свежую анкету' }));
    expect(screen.queryByRole('group', { name: 'Анкету изменили двое' })).toBeNull();
    expect(screen.getByLabelText('Эл. почта')).toHaveValue('luisa@example.ru');
    await program.sendByEnter();
    expect(plain(await screen.findByTestId('ending-done'))).toContain('Анкета изменена');
  });

  it('keeps the operator’s own edits over a profile that has moved on', () => {
    const before = { ...blankProfile(), name: 'Вера', email: 'old@example.ru' };
    const edited = { ...before, name: 'Вероника' };
    const now = { ...before, email: 'new@example.ru' };
    expect(rebase(edited, before, now)).toEqual({ ...before, name: 'Вероника', email: 'new@example.ru' });
  });
});

describe('the history', () => {
  it('opens a receipt down to the dishes, and gives the focus back', async () => {
    const program = await openProgram();
    await program.find(IVANOVA);
    const rows = await screen.findByRole('table', { name: 'История' });
    rows.focus();
    await program.person.keyboard('{Enter}');
    const receipt = await screen.findByRole('dialog', { name: /^Чек/ });
    expect(plain(receipt)).toContain('Борщ с говядиной и пампушками');
    await program.person.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(screen.getByRole('table', { name: 'История' })).toHaveFocus();
  });

  it('tells what was done in full, with the comment under it and not in its place', async () => {
    const program = await openProgram();
    await program.find(IVANOVA);
    const table = await screen.findByRole('table', { name: 'История' });
    const [head, ...rows] = within(table).getAllByRole('row');
    const headings = within(head as HTMLElement).getAllByRole('columnheader');
    expect(headings.map(plain)).toEqual(['Дата', 'Движение', 'Бонусы', 'Остаток']);
    const told = rows.map((row) => plain(within(row).getAllByRole('cell')[1] ?? null));
    expect(told).toContain('Начисление вручную Компенсация за долгое ожидание');
    expect(told).toContain('Начисление за покупку № Я-77003');
  });

  it('opens a row without a receipt too: its comment may be longer than its cell', async () => {
    const program = await openProgram();
    await program.find(IVANOVA);
    (await screen.findByRole('table', { name: 'История' })).focus();
    await program.person.keyboard('{ArrowDown}{ArrowDown}{Enter}');
    const details = await screen.findByRole('dialog', { name: 'Начисление вручную' });
    expect(plain(details)).toContain('Комментарий Компенсация за долгое ожидание');
    expect(plain(details)).toContain('Бонусы +118,50 ₽');
    await program.person.keyboard('{Escape}');
    expect(screen.getByRole('table', { name: 'История' })).toHaveFocus();
  });

  it.each([0, 3])('says when the server gives fewer rows than were asked for: %i at once', async (rowsAtOnce) => {
    const program = await openProgram({ rowsAtOnce });
    await program.find(IVANOVA);
    await screen.findByRole('table', { name: 'История' });
    const said = screen.queryByText(/больше сервер сразу не показывает/);
    expect(plain(said)).toBe(rowsAtOnce > 0 ? ru.guest.history.short('3 движения') : '');
  });

  it('draws only what is seen of a thousand rows', async () => {
    const program = await openProgram();
    await program.find('9260000001');
    await program.person.click(await screen.findByRole('radio', { name: 'За период' }));
    await program.type('С', '01.01.2012');
    await program.person.keyboard('{Enter}');
    await screen.findByText(/^[\d\s]+движени/);
    const drawn = screen.getAllByRole('row').length;
    expect(drawn).toBeGreaterThan(10);
    expect(drawn).toBeLessThan(80);
  });

  it('refuses a period that ends before it begins, at the field', async () => {
    const program = await openProgram();
    await program.find(IVANOVA);
    await program.person.click(await screen.findByRole('radio', { name: 'За период' }));
    await program.type('С', '20.11.2026');
    await program.type('По', '10.11.2026');
    await program.person.keyboard('{Enter}');
    await waitFor(() => expect(screen.getByLabelText('По')).toHaveAccessibleDescription('Конец периода раньше начала'));
    await program.person.type(screen.getByLabelText('По'), '{Backspace}');
    expect(screen.getByLabelText('По')).not.toHaveAccessibleDescription();
  });
});
