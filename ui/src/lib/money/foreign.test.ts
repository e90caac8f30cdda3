import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { openPage, PHONE, plain, type Page } from '../../test/page';
import { guest as recorded, refused } from '../../test/recorded';
import { operationView, previewView, storyView } from '../../test/views';

const GUID = '0d3aa1c2-77b1-4c11-9e7d-000000000003';
const search = 'Номер чека, GUID, телефон или дата';
const begin = 'Вернуть чек другой программы';

async function lookFor(page: Page, query: string) {
  await page.person.keyboard('{F6}');
  await page.type(search, `${query}{Enter}`);
}

describe('the return of another program’s receipt', () => {
  it('begins where the journal knows no such receipt, and is done from the keyboard', async () => {
    const page = await openPage();
    await page.find(PHONE);
    await screen.findByTestId('guest-card');
    await lookFor(page, GUID);
    await waitFor(() => expect(screen.getByRole('button', { name: begin })).toHaveFocus());
    await page.person.keyboard('{Enter}');

    expect(await screen.findByRole('heading', { level: 1, name: 'Возврат чека другой программы' })).toBeVisible();
    expect(await screen.findByLabelText('GUID чека')).toHaveValue(GUID);
    expect(plain(screen.getByTestId('picked-guest'))).toContain('Кузнецова');
    await page.person.selectOptions(screen.getByLabelText('Ресторан'), '101');
    await page.type('Номер внешнего чека', 'Я-77003');
    await page.person.keyboard('{Enter}');

    const dialog = await screen.findByRole('dialog', { name: 'Проверьте перед отправкой' });
    expect(plain(dialog)).toContain('Вернуть чек Я-77003');
    expect(plain(dialog)).toContain('Кузнецова Анна Сергеевна');
    // The guest's entries show the receipt, so its return is known beforehand.
    expect(plain(dialog)).toContain('4 870,50 ₽');
    expect(plain(dialog)).not.toContain('неизвестен');
    await page.person.keyboard('{Enter}');
    expect(plain(await screen.findByTestId('ending-done'))).toContain('возвращён');
    expect(page.backend.asked('submit')[0]?.[1]).toMatchObject({
      kind: 'return_foreign',
      checkGuid: GUID,
      outsideNumber: 'Я-77003',
      restCode: '101',
      station: '999',
    });
    expect(page.backend.drafts.has('return_foreign')).toBe(false);
  });

  it('leaves the search with the old number selected, so that the next one is typed over it', async () => {
    const page = await openPage();
    await lookFor(page, GUID);
    await waitFor(() => expect(screen.getByRole('button', { name: begin })).toHaveFocus());
    await page.person.keyboard('{Enter}');
    await screen.findByLabelText('GUID чека');

    await page.person.keyboard('{F6}');
    const field = await screen.findByLabelText<HTMLInputElement>(search);
    await screen.findByRole('button', { name: begin });
    expect(field).toHaveFocus();
    await page.person.keyboard('Я-5');
    expect(field).toHaveValue('Я-5');
  });

  it.each([
    ['Я-5', 'Я-5'],
    ['20.11.2026', ''],
  ])('takes a number that was looked for as the number, and a day as none: %s', async (query, number) => {
    const page = await openPage();
    await lookFor(page, query);
    await page.person.click(await screen.findByRole('button', { name: begin }));
    expect(await screen.findByLabelText('Номер внешнего чека')).toHaveValue(number);
    expect(screen.getByLabelText('GUID чека')).toHaveValue('');
  });

  it.each([
    ['foreign_purchase', 'Чек проводила другая программа'],
    ['purchase_not_shown', 'чей бы он ни был'],
  ] as const)('says before it is sent that its effect is not known: %s', async (notice, words) => {
    const page = await openPage({ preview: previewView('foreign', { balanceExpected: null, notices: [{ notice }] }) });
    await page.find(PHONE);
    await screen.findByTestId('guest-card');
    await lookFor(page, GUID);
    await page.person.click(await screen.findByRole('button', { name: begin }));
    await page.person.selectOptions(await screen.findByLabelText('Ресторан'), '101');
    await page.type('Номер внешнего чека', 'Я-77003{Enter}');
    const dialog = await screen.findByRole('dialog', { name: 'Проверьте перед отправкой' });
    expect(plain(dialog)).toContain('неизвестен');
    expect(plain(dialog)).toContain(words);
  });

  it('tells each mistake at its field and keeps what was typed', async () => {
    const page = await openPage({ preview: refused('foreignFields') });
    await lookFor(page, 'Я-5');
    await page.person.click(await screen.findByRole('button', { name: begin }));
    await page.type('GUID чека', 'не GUID');
    await page.person.clear(screen.getByLabelText('Станция'));
    await page.person.keyboard('{Enter}');
    await waitFor(() => expect(screen.getByLabelText('Гость')).toHaveAccessibleDescription('Сначала выберите гостя'));
    expect(screen.getByLabelText('GUID чека')).toHaveAccessibleDescription(expect.stringContaining('Нужен GUID'));
    expect(screen.getByLabelText('Ресторан')).toBeInvalid();
    expect(screen.getByLabelText('Станция')).toBeInvalid();
    expect(screen.getByLabelText('GUID чека')).toHaveValue('не GUID');
    expect(screen.getByLabelText('Номер внешнего чека')).toHaveValue('Я-5');
  });

  it('is reached from a receipt in the history, filled in, and not twice', async () => {
    const receipt = recorded.outsideReceipt;
    const row = recorded.history.rows.find((one) => one.receipt === receipt.id);
    const page = await openPage({
      transactions: { ...recorded.history, rows: row ? [row] : [], total: 1 },
      receipt,
      preview: refused('alreadyReturned'),
      operationStory: (id) => storyView('foreign', { id }),
    });
    await page.find(PHONE);
    (await screen.findByRole('grid', { name: 'История' })).focus();
    await page.person.keyboard('{Enter}');
    await page.person.click(await screen.findByRole('button', { name: 'Вернуть чек…' }));
    await waitFor(() => expect(screen.getByLabelText('GUID чека')).toHaveValue(receipt.checkGuid));
    expect(screen.getByLabelText('Номер внешнего чека')).toHaveValue(receipt.externalCheck);
    expect(screen.getByLabelText('Ресторан')).toHaveValue('201');
    await page.person.click(screen.getByLabelText('GUID чека'));
    await page.person.keyboard('{Enter}');
    const error = await screen.findByTestId('form-error');
    expect(plain(error)).toContain('Этот чек уже возвращён');
    await page.person.click(within(error).getByRole('button', { name: 'Открыть в журнале' }));
    expect(await screen.findByRole('dialog', { name: /^Вернуть чек/ })).toBeVisible();
  });

  it('leads back to the journal when this program registered the receipt', async () => {
    const ours = operationView('check');
    const guid = ours.facts.kind === 'register_check' ? ours.facts.checkGuid : '';
    const page = await openPage({ findPurchase: (query) => (query === guid ? [ours] : []) });
    await lookFor(page, 'нет такого');
    await page.person.click(await screen.findByRole('button', { name: begin }));
    await page.type('GUID чека', guid);
    await page.person.tab();
    await page.person.click(await screen.findByRole('button', { name: 'Вернуть из журнала' }));
    expect(await screen.findByRole('button', { name: 'Вернуть чек Д-2001' })).toBeVisible();
  });
});
