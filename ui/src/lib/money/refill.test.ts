import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { FakeBackend } from '$lib/backend/fake';
import { IVANOVA, openProgram, plain, type Program } from '../../test/open';

async function refillForm(program: Program, sum: string) {
  await program.find(IVANOVA);
  await screen.findByTestId('guest-card');
  await program.person.keyboard('{F3}');
  await program.person.selectOptions(await screen.findByLabelText('Причина'), 'Компенсация');
  await program.type('Сумма бонусов', sum);
}

describe('a refill', () => {
  it('is done from the keyboard alone: before, after, and the card follows', async () => {
    const program = await openProgram();
    await refillForm(program, '150,5');
    await program.person.keyboard('{Enter}');

    const dialog = await screen.findByRole('dialog', { name: 'Проверьте перед отправкой' });
    expect(plain(dialog)).toContain('Иванова Мария Сергеевна');
    expect(plain(dialog)).toContain('1 234,56 ₽');
    expect(plain(dialog)).toContain('1 385,06 ₽');
    expect(program.backend.operationsKept).toHaveLength(0);

    await program.person.keyboard('{Enter}');
    expect(plain(await screen.findByTestId('ending-done'))).toContain('Начислено 150,50 ₽');
    await program.person.click(screen.getByRole('button', { name: 'К карточке гостя' }));
    await waitFor(() => expect(plain(screen.getByTestId('balance'))).toBe('1 385,06 ₽'));
    expect(program.backend.drafts.size).toBe(0);
  });

  it('is left by Esc with everything typed still there', async () => {
    const program = await openProgram();
    await refillForm(program, '150,5');
    await program.person.keyboard('{Enter}');
    await screen.findByRole('dialog');
    await program.person.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(screen.getByLabelText('Сумма бонусов')).toHaveValue('150,50');
    expect(program.backend.operationsKept).toHaveLength(0);
  });

  it('is refused while all sending is halted, and says so no longer than that', async () => {
    const program = await openProgram({ halt: 'factor_of_hundred' });
    await refillForm(program, '100');
    await program.person.keyboard('{Enter}');
    expect(plain(await screen.findByTestId('form-error'))).toContain('Отправка остановлена');
    await program.person.click(screen.getByRole('button', { name: 'Возобновить отправку' }));
    await waitFor(() => expect(screen.queryByTestId('form-error')).toBeNull());
    expect(screen.getByLabelText('Сумма бонусов')).toHaveValue('100,00');
  });

  it('warns when the balance after it has halted everything', async () => {
    const program = await openProgram();
    await refillForm(program, '100');
    await program.sendByEnter();
    const ending = await screen.findByTestId('ending-done');
    expect(ending).toHaveRole('status');
    program.backend.halt('other');
    await waitFor(() => expect(screen.getByTestId('ending-done')).toHaveRole('alert'));
    expect(plain(screen.getByTestId('ending-done'))).toContain('Баланс не сошёлся с ожидаемым');
    await program.person.click(
      within(screen.getByTestId('ending-done')).getByRole('button', { name: 'Открыть в журнале' }),
    );
    await screen.findByRole('dialog');
  });

  it('is one operation however often it is confirmed', async () => {
    const program = await openProgram({ delay: 30 });
    await refillForm(program, '100');
    await program.person.keyboard('{Enter}');
    const confirm = await screen.findByRole('button', { name: /Подтвердить/ });
    await program.person.dblClick(confirm);
    await program.person.keyboard('{Enter}{Enter}');
    await screen.findByTestId('ending-done');
    expect(program.backend.operationsKept).toHaveLength(1);
    expect([...program.backend.sent.values()]).toEqual([1]);
  });

  it('stands red with the reason and what to do when the server refuses, and can be mended as another operation', async () => {
    const program = await openProgram({ fate: 'refused' });
    await refillForm(program, '100');
    await program.sendByEnter();
    const ending = await screen.findByTestId('ending-refused');
    expect(plain(ending)).toContain('Счёт заблокирован администратором');
    program.backend.options.fate = 'done';
    await program.person.click(within(ending).getByRole('button', { name: 'Исправить и отправить заново' }));
    expect(await screen.findByLabelText('Сумма бонусов')).toHaveValue('100,00');
    await program.person.click(screen.getByLabelText('Сумма бонусов'));
    await program.sendByEnter();
    await screen.findByTestId('ending-done');
    expect(new Set(program.backend.operationsKept.map((one) => one.view.id)).size).toBe(2);
  });

  it('stands amber when the outcome is unknown, and the header counts it', async () => {
    const program = await openProgram({ fate: 'unknown' });
    await refillForm(program, '100');
    await program.sendByEnter();
    expect(plain(await screen.findByTestId('ending-unknown'))).toContain('Не повторяйте её — программа проверяет сама');
    expect(screen.getByRole('button', { name: 'Исход неизвестен: 1' })).toBeVisible();
  });

  it('shows what the server was asked about an unknown outcome, and leads on to the decision', async () => {
    const program = await openProgram({ fate: 'unknown', delay: 20 });
    await refillForm(program, '100');
    await program.sendByEnter();
    const check = await screen.findByRole('button', { name: 'Проверить сейчас' });
    await waitFor(() => expect(check).toHaveFocus());
    await program.person.keyboard('{Enter}');
    const told = plain(await screen.findByTestId('ending-look'));
    expect(told).toContain('На сервере есть похожее');
    expect(told).toContain('12,50 ₽');
    expect(check).toHaveFocus();
    await program.person.click(screen.getByRole('button', { name: 'Решить в журнале' }));
    expect(await screen.findByText('Прошла ли операция?')).toBeVisible();
  });

  it('is checked by Enter from the list of reasons too', async () => {
    const program = await openProgram();
    await refillForm(program, '100');
    screen.getByLabelText('Причина').focus();
    await program.person.keyboard('{Enter}');
    expect(await screen.findByRole('dialog', { name: 'Проверьте перед отправкой' })).toBeVisible();
  });

  it('whose ending has come under a key held down is not swept away by it', async () => {
    const program = await openProgram();
    await refillForm(program, '100');
    await program.sendByEnter();
    await screen.findByTestId('ending-done');
    const next = screen.getByRole('button', { name: 'Ещё начисление' });
    await waitFor(() => expect(next).toHaveFocus());
    expect(await fireEvent.keyDown(next, { key: 'Enter', repeat: true })).toBe(false);
    expect(await fireEvent.keyDown(next, { key: 'Enter' })).toBe(true);
  });

  it('waits in the queue when the server is away, and can be given up', async () => {
    const program = await openProgram({ fate: 'offline' });
    await refillForm(program, '100');
    await program.sendByEnter();
    const ending = await screen.findByTestId('ending-waiting');
    await program.person.click(within(ending).getByRole('button', { name: 'Не отправлять' }));
    await screen.findByTestId('ending-cancelled');
    expect(program.backend.sent.size).toBe(0);
  });

  it.each([
    ['0', 'Сумма должна быть больше нуля'],
    ['-5', 'Не может быть меньше нуля'],
    ['1,234', 'Не больше двух цифр после запятой'],
    ['сто', 'Введите число'],
    ['5000,01', 'Больше разрешённого'],
  ])('of %s is refused at the field', async (sum, told) => {
    const program = await openProgram();
    await refillForm(program, sum);
    await program.person.keyboard('{Enter}');
    const field = screen.getByLabelText('Сумма бонусов');
    await waitFor(() => expect(field).toHaveAccessibleDescription(expect.stringContaining(told)));
    expect(field).toBeInvalid();
    expect(field).toHaveFocus();
  });

  it('is no longer called wrong at the field that is being mended', async () => {
    const program = await openProgram();
    await refillForm(program, '0');
    await program.person.keyboard('{Enter}');
    const field = screen.getByLabelText('Сумма бонусов');
    await waitFor(() => expect(field).toBeInvalid());
    await program.person.type(field, '5');
    expect(field).toBeValid();
    expect(screen.queryByTestId('form-error')).toBeNull();
  });

  it('without a guest asks for one', async () => {
    const program = await openProgram();
    await program.person.keyboard('{F3}');
    await program.type('Сумма бонусов', '10');
    await program.person.keyboard('{Enter}');
    await waitFor(() => expect(screen.getByLabelText('Гость')).toHaveAccessibleDescription('Сначала выберите гостя'));
    await program.type('Гость', '9123456789{Enter}');
    expect(plain(await screen.findByTestId('picked-guest'))).toContain('Иванова');
  });

  it('that looks like another needs a reason', async () => {
    const program = await openProgram();
    await refillForm(program, '100');
    await program.sendByEnter();
    await screen.findByTestId('ending-done');
    await program.person.keyboard('{Enter}');
    await waitFor(() => expect(screen.getByLabelText('Гость')).toHaveFocus());
    await program.person.keyboard('9123456789{Enter}');
    await waitFor(() => expect(screen.getByLabelText('Сумма бонусов')).toHaveFocus());
    await program.person.selectOptions(screen.getByLabelText('Причина'), 'Компенсация');
    await program.type('Сумма бонусов', '100{Enter}');
    const reason = await screen.findByLabelText('Почему это не повтор');
    await program.person.click(screen.getByRole('button', { name: /Подтвердить/ }));
    expect(program.backend.operationsKept).toHaveLength(1);
    await program.person.type(reason, 'второй гость за столом{Enter}');
    await screen.findByTestId('ending-done');
    expect(program.backend.operationsKept).toHaveLength(2);
  });
});

describe('a draft', () => {
  it('has the phone too that was being typed when something else came up', async () => {
    const program = await openProgram();
    await program.person.keyboard('{F3}');
    await program.type('Гость', '8 912 345');
    await program.person.keyboard('{F7}');
    await screen.findByRole('heading', { level: 1, name: 'Журнал' });
    await program.person.keyboard('{F3}');
    await waitFor(() => expect(screen.getByLabelText('Гость')).toHaveValue('8 912 345'));
  });

  it('survives a restart with its operation id', async () => {
    const program = await openProgram();
    await refillForm(program, '77');
    await waitFor(() => expect(program.backend.drafts.get('refill')).toContain('77'), { timeout: 2000 });
    const before = JSON.parse(program.backend.drafts.get('refill') ?? '{}') as { id: string };
    program.program.unmount();

    const again = await openProgram({}, program.backend);
    await again.person.keyboard('{F3}');
    expect(await screen.findByLabelText('Сумма бонусов')).toHaveValue('77');
    expect(plain(screen.getByTestId('picked-guest'))).toContain('Иванова');
    await again.person.click(screen.getByLabelText('Сумма бонусов'));
    await again.sendByEnter();
    await screen.findByTestId('ending-done');
    expect(again.backend.operationsKept.map((one) => one.view.id)).toEqual([before.id]);
  });

  it('that was confirmed shows what became of it, and sends nothing', async () => {
    const backend = new FakeBackend({ fate: 'unknown' });
    const program = await openProgram({}, backend);
    await refillForm(program, '100');
    await program.sendByEnter();
    await screen.findByTestId('ending-unknown');
    program.program.unmount();

    const again = await openProgram({}, backend);
    await again.person.keyboard('{F3}');
    await screen.findByTestId('ending-unknown');
    expect(backend.operationsKept).toHaveLength(1);
  });
});
