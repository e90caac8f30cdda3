import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { IVANOVA, openProgram, plain, type Program } from '../../test/open';

const GUID = '0d3aa1c2-77b1-4c11-9e7d-000000000003';
const search = 'Номер чека, GUID, телефон или дата';
const begin = 'Вернуть чек другой программы';

async function lookFor(program: Program, query: string) {
  await program.person.keyboard('{F6}');
  await program.type(search, `${query}{Enter}`);
}

describe('the return of another program’s receipt', () => {
  it('begins where the journal knows no such receipt, and is done from the keyboard', async () => {
    const program = await openProgram();
    await program.find(IVANOVA);
    await screen.findByTestId('guest-card');
    await lookFor(program, GUID);
    await waitFor(() => expect(screen.getByRole('button', { name: begin })).toHaveFocus());
    await program.person.keyboard('{Enter}');

    expect(await screen.findByRole('heading', { level: 1, name: 'Возврат чека другой программы' })).toBeVisible();
    expect(await screen.findByLabelText('GUID чека')).toHaveValue(GUID);
    expect(plain(screen.getByTestId('picked-guest'))).toContain('Иванова');
    await program.person.selectOptions(screen.getByLabelText('Ресторан'), '101');
    await program.type('Номер внешнего чека', 'Я-77003');
    await program.person.keyboard('{Enter}');

    const dialog = await screen.findByRole('dialog', { name: 'Проверьте перед отправкой' });
    expect(plain(dialog)).toContain('Вернуть чек Я-77003');
    expect(plain(dialog)).toContain('Иванова Мария Сергеевна');
    expect(plain(dialog)).toContain('неизвестен');
    expect(plain(dialog)).toContain('Чек проводила другая программа');
    await program.person.keyboard('{Enter}');
    const done = await screen.findByTestId('ending-done');
    expect(plain(done)).toContain('Чек Я-77003 возвращён');
    expect(plain(done)).toContain('1 234,56 ₽');
    expect(program.backend.drafts.has('return_foreign')).toBe(false);
  });

  it('takes a number that was looked for as the number', async () => {
    const program = await openProgram();
    await lookFor(program, 'Я-5');
    await program.person.click(await screen.findByRole('button', { name: begin }));
    expect(await screen.findByLabelText('Номер внешнего чека')).toHaveValue('Я-5');
    expect(screen.getByLabelText('GUID чека')).toHaveValue('');
  });

  it('tells each mistake at its field and keeps what was typed', async () => {
    const program = await openProgram();
    await lookFor(program, 'Я-5');
    await program.person.click(await screen.findByRole('button', { name: begin }));
    await program.type('GUID чека', 'не GUID');
    await program.person.clear(screen.getByLabelText('Станция'));
    await program.person.keyboard('{Enter}');
    await waitFor(() => expect(screen.getByLabelText('Гость')).toHaveAccessibleDescription('Сначала выберите гостя'));
    expect(screen.getByLabelText('GUID чека')).toHaveAccessibleDescription(expect.stringContaining('Нужен GUID'));
    expect(screen.getByLabelText('Ресторан')).toBeInvalid();
    expect(screen.getByLabelText('Станция')).toBeInvalid();
    expect(screen.getByLabelText('GUID чека')).toHaveValue('не GUID');
    expect(screen.getByLabelText('Номер внешнего чека')).toHaveValue('Я-5');
  });

  it('is reached from a receipt in the history, filled in, and not twice', async () => {
    const program = await openProgram();
    const giveBack = async () => {
      await program.find(IVANOVA);
      const table = await screen.findByRole('grid', { name: 'История' });
      await program.person.click(
        within(table)
          .getAllByText(/Я-77003/)
          .at(-1) as HTMLElement,
      );
      await program.person.click(await screen.findByRole('button', { name: 'Вернуть чек…' }));
      await waitFor(() => expect(screen.getByLabelText('GUID чека')).toHaveValue(GUID));
      expect(screen.getByLabelText('Номер внешнего чека')).toHaveValue('Я-77003');
      expect(screen.getByLabelText('Ресторан')).toHaveValue('101');
      await program.person.click(screen.getByLabelText('GUID чека'));
    };
    await giveBack();
    await program.sendByEnter();
    await screen.findByTestId('ending-done');

    await giveBack();
    await program.person.keyboard('{Enter}');
    const refused = await screen.findByTestId('form-error');
    expect(plain(refused)).toContain('Этот чек уже возвращён');
    await program.person.click(within(refused).getByRole('button', { name: 'Открыть в журнале' }));
    expect(await screen.findByRole('dialog', { name: 'Вернуть чек Я-77003' })).toBeVisible();
  });

  it('leads back to the journal when this program registered the receipt', async () => {
    const program = await openProgram({ journal: 3 });
    const known = program.backend.operationsKept.find(({ view }) => view.facts.kind === 'register_check');
    const guid = known?.view.facts.kind === 'register_check' ? known.view.facts.checkGuid : '';
    await lookFor(program, 'нет такого');
    await program.person.click(await screen.findByRole('button', { name: begin }));
    await program.type('GUID чека', guid);
    await program.person.tab();
    await program.person.click(await screen.findByRole('button', { name: 'Вернуть из журнала' }));
    expect(await screen.findByRole('button', { name: /^Вернуть чек DLV-/ })).toBeVisible();
  });
});
