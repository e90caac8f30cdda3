import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { AppError } from '$lib/backend/backend';
import type { Understood } from '$lib/backend/types';
import { openPage, PHONE, plain, type Page } from '../../test/page';
import { understood } from '../../test/recorded';
import { held, type Answers } from '../../test/scripted';
import { appError } from '../../test/views';

const NOT_A_SUM = 'Введите число, например 1\u202f234,56';

async function refillForm(answers: Answers = {}): Promise<Page> {
  const page = await openPage(answers);
  await page.find(PHONE);
  await screen.findByTestId('guest-card');
  await page.person.keyboard('{F3}');
  await screen.findByLabelText('Сумма бонусов');
  await page.person.selectOptions(screen.getByLabelText('Причина'), 'Компенсация');
  return page;
}
async function checkForm(paid: string, answers: Answers = {}): Promise<Page> {
  const page = await openPage(answers);
  await page.find(PHONE);
  await screen.findByTestId('guest-card');
  await page.person.keyboard('{F4}');
  await page.person.selectOptions(await screen.findByLabelText('Ресторан'), '101');
  await page.type('Номер внешнего чека', 'Д-1');
  await put(page, 'Оплачено деньгами', paid);
  return page;
}
/** Pastes a text: a tab can't be typed. */
async function put(page: Page, label: string, text: string) {
  await page.person.click(await screen.findByLabelText(label));
  await page.person.paste(text);
}
async function byPercent(page: Page): Promise<HTMLElement> {
  const way = screen.getByRole('radio', { name: 'процентом' });
  if (!(way as HTMLInputElement).checked) await page.person.click(way);
  const percent = screen.getByLabelText<HTMLInputElement>('Процент от оплаты');
  if (percent.value === '') await page.person.type(percent, '5');
  return percent;
}
const check = (page: Page) => page.person.click(screen.getByRole('button', { name: /^Проверить/ }));
const linesOf = (dialog: HTMLElement) => [...dialog.querySelectorAll('dl > div')].map(plain);

describe('a typed sum', () => {
  it.each(['12 50', '100\t200', '1.234,56'])('that the office refuses stays as typed: %j', async (text) => {
    const page = await refillForm();
    await put(page, 'Сумма бонусов', text);
    const field = screen.getByLabelText('Сумма бонусов');
    await page.person.tab();
    await waitFor(() => expect(field).toHaveAccessibleDescription(expect.stringContaining(NOT_A_SUM)));
    expect(field).toHaveValue(text);
    // What was said of the text is said no longer once it is another one.
    await page.person.type(field, '0');
    expect(field).toBeValid();
  });

  it.each([
    ['1 234,56 руб.', '1 234,56'],
    ['+100', '100,00'],
    ['150,5', '150,50'],
  ])('%s is confirmed as the office understands it', async (text, told) => {
    const page = await refillForm();
    await put(page, 'Сумма бонусов', text);
    await page.person.keyboard('{Enter}');
    expect(plain(await screen.findByRole('dialog'))).toContain(`Начислить ${told} ₽`);
    expect(page.backend.asked('preview').at(-1)?.[0]).toMatchObject({ kind: 'refill', sum: text });
    await page.person.keyboard('{Escape}');
    await page.person.tab();
    await waitFor(() => expect(plainValue('Сумма бонусов')).toBe(told));
  });

  it('is not written over by a late answer about another text', async () => {
    const late = held<Understood[]>(understood([{ key: 'sum', kind: 'sum', text: '100' }]));
    const page = await refillForm({ understand: late.step });
    await put(page, 'Сумма бонусов', '100');
    const field = screen.getByLabelText('Сумма бонусов');
    await page.person.tab();
    await page.person.type(field, '5');
    late.letGo();
    await new Promise((done) => setTimeout(done, 20));
    expect(field).toHaveValue('1005');
  });

  it.each<[string, Understood[] | AppError]>([
    ['answers nothing', []],
    ['fails', appError('internal', {}, 'failed')],
  ])('is not confirmed when the office %s', async (_, answer) => {
    const page = await refillForm({ understand: answer });
    await put(page, 'Сумма бонусов', '100');
    await page.person.keyboard('{Enter}');
    await waitFor(() =>
      expect(screen.queryByTestId('form-error') ?? screen.getByLabelText('Сумма бонусов')).toSatisfy(
        (shown: HTMLElement) => shown.dataset.testid === 'form-error' || shown.ariaInvalid === 'true',
      ),
    );
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});

describe('an accrual by percent', () => {
  it.each([
    ['1 234,56 руб.', '61,72', '1 234,56'],
    ['+100', '5,00', '100,00'],
    ['1 450,50', '72,52', '1 450,50'],
  ])('of %s is the share that the office counts', async (paid, share, told) => {
    const page = await checkForm(paid);
    await byPercent(page);
    await waitFor(() =>
      expect(plain(screen.getByText(/считает эта программа/))).toBe(`Начислим ${share} ₽ (считает эта программа)`),
    );
    await check(page);
    const lines = linesOf(await screen.findByRole('dialog'));
    expect(lines).toContain(`Оплачено ${told} ₽`);
    expect(lines).toContain(`Начислить бонусов ${share} ₽ 5 % от ${told} ₽ (считает эта программа)`);
    expect(page.backend.asked('preview').at(-1)?.[0]).toMatchObject({ bonusAccrued: share });
  });

  it('of what is no sum shows no number, and is never taken for no bonuses', async () => {
    const page = await checkForm('12 50');
    await byPercent(page);
    await waitFor(() =>
      expect(page.backend.asked('understand').flat(2)).toContainEqual(expect.objectContaining({ of: '12 50' })),
    );
    expect(plain(screen.getByTestId('ours'))).toBe('');
    await check(page);
    await waitFor(() => expect(screen.getByLabelText('Оплачено деньгами')).toHaveAccessibleDescription(NOT_A_SUM));
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('that a sum typed by hand has replaced is not called counted by the program', async () => {
    const page = await checkForm('1 450,50');
    await byPercent(page);
    await page.person.click(screen.getByRole('radio', { name: 'суммой' }));
    await put(page, 'Начислить бонусов', '72,52');
    await check(page);
    const dialog = await screen.findByRole('dialog');
    expect(linesOf(dialog)).toContain('Начислить бонусов 72,52 ₽');
    expect(plain(dialog)).not.toContain('считает эта программа');
    expect(page.backend.asked('preview').at(-1)?.[0]).toMatchObject({ bonusAccrued: '72,52' });
  });

  it('is sent as it stood when it was checked, with the percent as the office shows it', async () => {
    const page = await checkForm('1 450,50');
    const percent = await byPercent(page);
    await page.person.type(percent, ' %');
    await check(page);
    expect(linesOf(await screen.findByRole('dialog'))).toContain(
      'Начислить бонусов 72,52 ₽ 5 % от 1 450,50 ₽ (считает эта программа)',
    );
  });
});

function plainValue(label: string): string {
  return (screen.getByLabelText(label) as HTMLInputElement).value.replace(/[\u00a0\u202f]/g, ' ');
}
