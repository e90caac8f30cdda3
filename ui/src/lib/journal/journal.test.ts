import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { OperationFilter, OperationView, StoryView } from '$lib/backend/types';
import { openPage, PHONE, plain, type Page } from '../../test/page';
import { reconciled } from '../../test/recorded';
import { inTurn, type Answers } from '../../test/scripted';
import { guestCard, guestView, operationView, page, queueView, storyView } from '../../test/views';

const unknown = storyView('unknown');
const { id } = unknown.operation;
const candidate = {
  proof: '100001/5000050',
  exact: false,
  summary: '23.11.2026 12:00 · Ручное начисление · 77,00 ₽',
  sum: 77_00,
  account: '100001',
  receipt: null,
};
const ambiguous = { ...reconciled, verdict: 'ambiguous' as const, candidates: [candidate] };

/** The story after the operator's decision. */
function decided(state: OperationView['state'], change: Partial<OperationView> = {}): StoryView {
  const operation = { ...unknown.operation, state, ...change };
  const word = { event: 'decided' as const, state, operator: 'Ольга Смирнова', reason: 'вижу в админке', found: null };
  return {
    operation,
    events: [...unknown.events, { number: 9, at: operation.updatedAt, ...word }],
    verifiedBy: null,
    codes: [],
  };
}

async function journal(answers: Answers = {}): Promise<{ program: Page; table: HTMLElement }> {
  const program = await openPage({
    operations: page([unknown.operation, operationView('refill'), operationView('check')]),
    operationStory: unknown,
    ...answers,
  });
  await program.person.keyboard('{F7}');
  return { program, table: await screen.findByRole('grid', { name: 'Журнал' }) };
}
async function details(answers: Answers = {}) {
  const { program, table } = await journal(answers);
  table.focus();
  await program.person.keyboard('{Enter}');
  return { program, dialog: await screen.findByRole('dialog') };
}
const filters = ({ backend }: Page): OperationFilter[] => backend.asked('operations').map(([filter]) => filter);

describe('the journal', () => {
  it('says why a balance waits for another server', async () => {
    const story = { ...storyView('refill'), verifiedBy: 'https://bonus.example' };
    await details({ operationStory: story });
    expect(await screen.findByText(/проверит только её сервер, https:\/\/bonus\.example/)).toBeVisible();
  });

  it('asks for the unknown ones on top, and for what its filters say', async () => {
    const { program, table } = await journal();
    await waitFor(() => expect(plain(within(table).getAllByRole('row')[1] ?? null)).toContain('Исход неизвестен'));
    expect(filters(program)[0]).toMatchObject({ unknownOnTop: true, states: [], text: '' });
    program.backend.answer({ operations: page([operationView('check')]) });
    await program.person.type(screen.getByLabelText('Поиск по журналу'), 'Д-2001');
    await waitFor(() => expect(screen.getByText('1 операция', { collapseWhitespace: true })).toBeVisible());
    expect(filters(program).at(-1)).toMatchObject({ text: 'Д-2001' });
    await program.person.click(screen.getByRole('button', { name: 'Сбросить' }));
    await program.person.selectOptions(screen.getByLabelText('Состояние'), 'Исход неизвестен');
    await waitFor(() => expect(filters(program).at(-1)).toMatchObject({ text: '', states: ['unknown'] }));
  });

  it('tells with each operation when, by whom and for whom, the name whole and the phone with it', async () => {
    const name = 'Константинопольская-Преображенская Александра Вячеславовна';
    const subject = { ...unknown.operation.subject, name };
    const { table } = await journal({ operations: page([operationView('refill', { subject })]) });
    const row = within(table).getAllByRole('row')[1] as HTMLElement;
    const cells = within(row).getAllByRole('gridcell').map(plain);
    expect(cells[1]).toMatch(/^\d\d\.\d\d\.2026 \d\d:\d\d Ольга Смирнова$/);
    expect(cells[3]).toBe(`${name} +7 912 345-67-89`);
    expect(within(table).getAllByRole('columnheader')).toHaveLength(cells.length);
  });

  it('is gone down into from the search, and gives the cursor back', async () => {
    const { program, table } = await journal();
    await waitFor(() => expect(screen.getByLabelText('Поиск по журналу')).toHaveFocus());
    await program.person.keyboard('{ArrowDown}');
    expect(table).toHaveFocus();
    await program.person.keyboard('{Enter}');
    await screen.findByRole('dialog');
    expect(program.backend.asked('operationStory').at(-1)).toEqual([id]);
    await program.person.keyboard('{Escape}');
    await waitFor(() => expect(table).toHaveFocus());
  });

  it('opened at an operation from another screen leaves the cursor in the search', async () => {
    const program = await openPage({ submit: (own) => operationView('unknown', { id: own }) });
    await program.find(PHONE);
    await screen.findByTestId('guest-card');
    await program.person.keyboard('{F3}');
    await program.person.selectOptions(await screen.findByLabelText('Причина'), 'Акция');
    await program.type('Сумма бонусов', '100');
    await program.sendByEnter();
    program.backend.answer({
      reconcile: ambiguous,
      operationStory: storyView('unknown', { balanceExpected: 561_300 }),
    });
    await program.person.click(await screen.findByRole('button', { name: 'Открыть в журнале' }));
    const dialog = await screen.findByRole('dialog');
    expect(plain(dialog)).toContain('Метка в комментарии');
    await program.person.keyboard('{Escape}');
    await waitFor(() => expect(screen.getByLabelText('Поиск по журналу')).toHaveFocus());
  });

  it('says so when nothing is found, and when there is nothing at all', async () => {
    const program = await openPage();
    await program.person.keyboard('{F7}');
    expect(await screen.findByText('Операций пока нет')).toBeVisible();
    await program.person.type(screen.getByLabelText('Поиск по журналу'), 'нет такого');
    expect(await screen.findByText('Ничего не найдено')).toBeVisible();
  });

  it('opens a row by keyboard, asks the server, and takes the operator’s decision with a reason', async () => {
    const { program, dialog } = await details({ reconcile: ambiguous });
    await program.person.click(await within(dialog).findByRole('button', { name: 'Проверить на сервере' }));
    await within(dialog).findByText('Какая строка — эта операция?');

    await program.person.click(within(dialog).getByRole('button', { name: 'Прошла' }));
    expect(within(dialog).getByLabelText('Почему вы так решили')).toHaveAccessibleDescription(
      expect.stringContaining('Напишите, на чём основано решение'),
    );
    expect(program.backend.asked('decide')).toEqual([]);
    await program.person.type(within(dialog).getByLabelText('Почему вы так решили'), 'вижу в админке');
    program.backend.answer({ decide: decided('confirmed').operation, operationStory: decided('confirmed') });
    await program.person.click(within(dialog).getByRole('button', { name: 'Прошла' }));
    expect(await within(dialog).findByText('Ольга Смирнова: прошла')).toBeVisible();
    expect(program.backend.asked('decide')).toMatchObject([[id, { verdict: 'applied', reason: 'вижу в админке' }]]);
  });

  it('lays what was sent beside what the server shows, and keeps a reason that was begun', async () => {
    const operation = { ...unknown.operation, balanceBefore: 500_00, balanceExpected: 577_00 };
    const guest = guestCard({
      guest: guestView(),
      balance: { balance: 512_34, burning: [], neverBurns: null, waiting: [] },
    });
    const { program, dialog } = await details({ operationStory: { ...unknown, operation }, guestCard: guest });
    const balance = await within(dialog).findByRole('group', { name: 'Баланс' });
    expect(plain(balance)).toContain('Баланс до операции 500,00 ₽');
    await waitFor(() => expect(plain(balance)).toContain('Баланс изменился иначе'));
    await program.person.type(within(dialog).getByLabelText('Почему вы так решили'), 'звонил');
    await program.person.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await program.person.keyboard('{Enter}');
    const again = await screen.findByRole('dialog');
    await waitFor(() => expect(within(again).getByLabelText('Почему вы так решили')).toHaveValue('звонил'));
    program.backend.answer({ decide: decided('unknown').operation, operationStory: decided('unknown') });
    await program.person.click(within(again).getByRole('button', { name: 'Спросить позже' }));
    expect(await within(again).findByText('Ольга Смирнова: спросить позже')).toBeVisible();
    expect(program.backend.drafts.size).toBe(0);
  });

  it.each([
    [500_00, /Баланс не изменился: похоже, операция не прошла/],
    [577_00, /Баланс такой, каким должен стать после операции/],
  ])('tells by a balance of %i what it says of the operation', async (balance, told) => {
    const operation = { ...unknown.operation, balanceBefore: 500_00, balanceExpected: 577_00 };
    await details({
      operationStory: { ...unknown, operation },
      guestCard: guestCard({ balance: { balance, burning: [], neverBurns: null, waiting: [] } }),
    });
    expect(await screen.findByText(told)).toBeVisible();
  });

  it('sends again what was decided not to be done, under the same id', async () => {
    const again = { ...storyView('refill'), operation: operationView('refill', { id }) };
    const { program, dialog } = await details({
      operationStory: inTurn(storyView('notApplied', { id }), again),
      resend: again.operation,
    });
    await program.person.click(await within(dialog).findByRole('button', { name: 'Отправить ещё раз' }));
    expect(await within(dialog).findByText('Сервер подтвердил')).toBeVisible();
    expect(program.backend.asked('resend').map(([sent]) => sent)).toEqual([operationView('unknown').id]);
  });

  it('asks why what may have been done is sent again, and names the risk', async () => {
    const story = storyView('notApplied', { id });
    const operation = { ...story.operation, allowed: { ...story.operation.allowed, resendNeedsReason: true } };
    const { program, dialog } = await details({ operationStory: { ...story, operation } });
    expect(await within(dialog).findByText('Не видна на сервере')).toBeVisible();
    await program.person.click(await within(dialog).findByRole('button', { name: 'Отправить ещё раз' }));
    const question = await within(dialog).findByTestId('resend-question');
    expect(question).toHaveTextContent('она пройдёт второй раз');
    await program.person.click(within(question).getByRole('button', { name: 'Отправить ещё раз' }));
    expect(program.backend.asked('resend')).toEqual([]);
    await program.person.type(within(question).getByLabelText('Почему отправляете ещё раз'), 'в ProBonus её нет');
    await program.person.click(within(question).getByRole('button', { name: 'Отправить ещё раз' }));
    expect(program.backend.asked('resend')).toEqual([[id, 'в ProBonus её нет']]);
  });

  it('follows the count of unknown outcomes in the header', async () => {
    const { program } = await journal();
    program.backend.emit('queueChanged', queueView({ unknown: 1 }));
    expect(await screen.findByRole('button', { name: 'Исход неизвестен: 1' })).toBeVisible();
  });
});

describe('the balance as evidence', () => {
  it('gives no verdict where nothing was expected', async () => {
    const operation = { ...unknown.operation, balanceBefore: 500_00, balanceExpected: null };
    await details({
      operationStory: { ...unknown, operation },
      guestCard: guestCard({ balance: { balance: 577_00, burning: [], neverBurns: null, waiting: [] } }),
    });
    const evidence = await screen.findByRole('group', { name: 'Баланс' });
    await waitFor(() => expect(plain(evidence)).toContain('Баланс сейчас 577,00 ₽'));
    expect(plain(evidence)).not.toContain('Ожидали');
    expect(plain(evidence)).not.toMatch(/изменился|прошла/);
  });
});
