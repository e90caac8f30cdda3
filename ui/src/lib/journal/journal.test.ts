import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { openProgram, plain } from '../../test/open';

describe('the journal', () => {
  it('has the unknown ones on top and narrows by words and state', async () => {
    const program = await openProgram({ journal: 40 });
    await program.person.keyboard('{F7}');
    const table = await screen.findByRole('table', { name: 'Журнал' });
    await waitFor(() => expect(plain(within(table).getAllByRole('row')[1] ?? null)).toContain('Исход неизвестен'));
    await program.person.type(screen.getByLabelText('Поиск по журналу'), 'DLV-4101');
    await waitFor(() => expect(screen.getByText('1 операция', { collapseWhitespace: true })).toBeVisible());
    await program.person.click(screen.getByRole('button', { name: 'Сбросить' }));
    await program.person.selectOptions(screen.getByLabelText('Состояние'), 'Исход неизвестен');
    await waitFor(() => expect(screen.getByText('2 операции', { collapseWhitespace: true })).toBeVisible());
  });

  it('tells with each operation when, by whom and for whom, the name whole and the phone with it', async () => {
    const program = await openProgram({ journal: 2 });
    await program.person.keyboard('{F7}');
    const table = await screen.findByRole('table', { name: 'Журнал' });
    const row = within(table).getAllByRole('row')[2] as HTMLElement;
    const cells = within(row).getAllByRole('cell').map(plain);
    expect(cells[1]).toMatch(/^23\.11\.2026 \d\d:\d\d Ольга Смирнова$/);
    expect(cells[3]).toBe('Константинопольская-Преображенская Александра Вячеславовна +7 926 000-00-01');
    expect(within(table).getAllByRole('columnheader')).toHaveLength(cells.length);
  });

  it('is gone down into from the search, and gives the cursor back', async () => {
    const program = await openProgram({ journal: 5 });
    await program.person.keyboard('{F7}');
    const table = await screen.findByRole('table', { name: 'Журнал' });
    await waitFor(() => expect(screen.getByLabelText('Поиск по журналу')).toHaveFocus());
    await program.person.keyboard('{ArrowDown}');
    expect(table).toHaveFocus();
    await program.person.keyboard('{Enter}');
    await screen.findByRole('dialog');
    await program.person.keyboard('{Escape}');
    await waitFor(() => expect(table).toHaveFocus());
  });

  it('opened at an operation from another screen leaves the cursor in the search', async () => {
    const program = await openProgram({ fate: 'unknown' });
    await program.find('9123456789');
    await screen.findByTestId('guest-card');
    await program.person.keyboard('{F3}');
    await program.type('Сумма бонусов', '100');
    await program.sendByEnter();
    await program.person.click(await screen.findByRole('button', { name: 'Открыть в журнале' }));
    const details = await screen.findByRole('dialog');
    expect(plain(details)).toContain('Изменение баланса: +100,00 ₽');
    expect(plain(details)).toContain('Метка в комментарии');
    await program.person.keyboard('{Escape}');
    await waitFor(() => expect(screen.getByLabelText('Поиск по журналу')).toHaveFocus());
  });

  it('says so when nothing is found, and when there is nothing at all', async () => {
    const program = await openProgram();
    await program.person.keyboard('{F7}');
    expect(await screen.findByText('Операций пока нет')).toBeVisible();
    await program.person.type(screen.getByLabelText('Поиск по журналу'), 'нет такого');
    expect(await screen.findByText('Ничего не найдено')).toBeVisible();
  });

  it('opens a row by keyboard, asks the server, and takes the operator’s decision with a reason', async () => {
    const program = await openProgram({ journal: 40 });
    await program.person.keyboard('{F7}');
    (await screen.findByRole('table', { name: 'Журнал' })).focus();
    await program.person.keyboard('{Enter}');
    const details = await screen.findByRole('dialog');
    await program.person.click(await within(details).findByRole('button', { name: 'Проверить на сервере' }));
    await within(details).findByText('Какая строка — эта операция?');

    await program.person.click(within(details).getByRole('button', { name: 'Прошла' }));
    expect(within(details).getByLabelText('Почему вы так решили')).toHaveAccessibleDescription(
      expect.stringContaining('Напишите, на чём основано решение'),
    );
    await program.person.type(within(details).getByLabelText('Почему вы так решили'), 'вижу в админке');
    await program.person.click(within(details).getByRole('button', { name: 'Прошла' }));
    expect(await within(details).findByText('Ольга Смирнова: прошла')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Исход неизвестен: 1', hidden: true })).toBeInTheDocument();
  });

  it('lays what was sent beside what the server shows, and keeps a reason that was begun', async () => {
    const program = await openProgram({ journal: 5 });
    const open = async () => {
      await program.person.keyboard('{F7}');
      (await screen.findByRole('table', { name: 'Журнал' })).focus();
      await program.person.keyboard('{Enter}');
      return screen.findByRole('dialog');
    };
    const details = await open();
    const balance = await within(details).findByRole('group', { name: 'Баланс' });
    expect(plain(balance)).toContain('Баланс до операции 500,00 ₽');
    await waitFor(() => expect(plain(balance)).toContain('Баланс изменился иначе'));
    await program.person.type(within(details).getByLabelText('Почему вы так решили'), 'звонил');
    await program.person.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    const again = await open();
    await waitFor(() => expect(within(again).getByLabelText('Почему вы так решили')).toHaveValue('звонил'));
    await program.person.click(within(again).getByRole('button', { name: 'Спросить позже' }));
    expect(await within(again).findByText('Ольга Смирнова: спросить позже')).toBeVisible();
    expect(program.backend.drafts.size).toBe(0);
  });

  it('tells by the balance when it stands as it should after the operation', async () => {
    const program = await openProgram({ fate: 'unknown' });
    await program.find('9123456789');
    await screen.findByTestId('guest-card');
    await program.person.keyboard('{F3}');
    await program.type('Сумма бонусов', '100');
    await program.sendByEnter();
    await program.person.click(await screen.findByRole('button', { name: 'Открыть в журнале' }));
    expect(await screen.findByText(/Баланс не изменился: похоже, операция не прошла/)).toBeVisible();
  });

  it('sends again what was decided not to be done, with the same id', async () => {
    const program = await openProgram({ journal: 5 });
    await program.person.keyboard('{F7}');
    (await screen.findByRole('table', { name: 'Журнал' })).focus();
    await program.person.keyboard('{Enter}');
    const details = await screen.findByRole('dialog');
    await program.person.type(await within(details).findByLabelText('Почему вы так решили'), 'в админке нет');
    await program.person.click(within(details).getByRole('button', { name: 'Не прошла' }));
    await program.person.click(await within(details).findByRole('button', { name: 'Отправить ещё раз' }));
    expect(await within(details).findByText('Сервер подтвердил')).toBeVisible();
    expect(program.backend.operationsKept).toHaveLength(5);
  });
});
