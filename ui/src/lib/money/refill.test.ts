import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { HaltView } from '$lib/backend/types';
import { openPage, plain, refillForm, SUM, type Page } from '../../test/page';
import { refused, type Refusal } from '../../test/recorded';
import { held, inTurn } from '../../test/scripted';
import { appError, appStatus, guestCard, operationView, previewView, queueView, storyView } from '../../test/views';

/** What was sent, once for each time. */
const sent = (page: Page) => page.backend.asked('submit');
const stopped: HaltView = {
  reason: 'other',
  operation: operationView('refill').id,
  at: '2026-11-23T09:00:00Z',
  expected: 10_000,
  changed: 1_000_000,
};
const unknown = (id: string) => operationView('unknown', { id });

describe('a refill', () => {
  it('is done from the keyboard alone: before, after, and the card follows', async () => {
    const after = guestCard({ balance: { balance: 486_250, burning: [], neverBurns: null, waiting: [] } });
    const page = await refillForm('150,5', { guestCard: inTurn(guestCard(), after) });
    await page.person.keyboard('{Enter}');

    const dialog = await screen.findByRole('dialog', { name: 'Проверьте перед отправкой' });
    expect(plain(dialog)).toContain('Кузнецова Анна Сергеевна');
    expect(plain(dialog)).toContain('4 712,00 ₽');
    expect(plain(dialog)).toContain('4 862,50 ₽');
    expect(sent(page)).toHaveLength(0);

    await page.person.keyboard('{Enter}');
    expect(plain(await screen.findByTestId('ending-done'))).toContain('Начислено 150,50 ₽');
    expect(sent(page)).toHaveLength(1);
    await page.person.click(screen.getByRole('button', { name: 'К карточке гостя' }));
    await waitFor(() => expect(plain(screen.getByTestId('balance'))).toBe('4 862,50 ₽'));
    expect(page.backend.drafts.size).toBe(0);
  });

  it('is left by Esc with everything typed still there', async () => {
    const page = await refillForm('150,5');
    await page.person.keyboard('{Enter}');
    await screen.findByRole('dialog');
    await page.person.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await waitFor(() => expect(screen.getByLabelText(SUM)).toHaveValue('150,50'));
    expect(sent(page)).toHaveLength(0);
  });

  it('is refused while all sending is halted, and says so no longer than that', async () => {
    const halt: HaltView = { ...stopped, reason: 'factor_of_hundred' };
    const page = await refillForm('100', {
      appStatus: () => appStatus({ queue: queueView({ halt }) }),
      preview: appError('halted'),
    });
    await page.person.keyboard('{Enter}');
    expect(plain(await screen.findByTestId('form-error'))).toContain('Отправка остановлена');
    page.backend.emit('queueChanged', queueView());
    await waitFor(() => expect(screen.queryByTestId('form-error')).toBeNull());
    expect(screen.getByLabelText(SUM)).toBeVisible();
  });

  it('warns when the balance after it has halted everything', async () => {
    const page = await refillForm('100');
    await page.sendByEnter();
    const ending = await screen.findByTestId('ending-done');
    expect(ending).toHaveRole('status');
    const [id] = sent(page)[0] ?? [''];
    page.backend.answer({ operationStory: storyView('refill', { id }) });
    page.backend.emit('queueChanged', queueView({ halt: { ...stopped, operation: id } }));
    await waitFor(() => expect(screen.getByTestId('ending-done')).toHaveRole('alert'));
    const warned = screen.getByTestId('ending-done');
    expect(plain(warned)).toContain('Баланс не сошёлся с ожидаемым');
    await page.person.click(within(warned).getByRole('button', { name: 'Открыть в журнале' }));
    await screen.findByRole('dialog');
  });

  it('is one operation however often it is confirmed', async () => {
    const late = held(operationView('refill', { id: '00000000-0000-4000-8000-000000000001' }));
    const page = await refillForm('100', { submit: late.step });
    await page.person.keyboard('{Enter}');
    await page.person.dblClick(await screen.findByRole('button', { name: /Подтвердить/ }));
    await page.person.keyboard('{Enter}{Enter}');
    late.letGo();
    await screen.findByTestId('ending-done');
    expect(sent(page)).toHaveLength(1);
  });

  it('stands red with the reason and what to do when the server refuses, and can be mended as another operation', async () => {
    const page = await refillForm('100', {
      submit: inTurn(
        (id) => operationView('rejected', { id }),
        (id) => operationView('refill', { id }),
      ),
    });
    await page.sendByEnter();
    const ending = await screen.findByTestId('ending-refused');
    expect(plain(ending)).toContain('Значение поля не принято');
    await page.person.click(within(ending).getByRole('button', { name: 'Исправить и отправить заново' }));
    await page.person.click(await screen.findByLabelText(SUM));
    await page.sendByEnter();
    await screen.findByTestId('ending-done');
    expect(new Set(sent(page).map(([id]) => id)).size).toBe(2);
  });

  it('waits for what can’t be read just now, and does not say that the server is silent', async () => {
    const failure = operationView('unknown').failure;
    if (!failure) throw new Error('no failure was recorded');
    const notices = [{ notice: 'account_unreadable_now' as const, failure }];
    const page = await refillForm('100', { preview: previewView('refill', { notices }) });
    await page.person.keyboard('{Enter}');
    const dialog = plain(await screen.findByRole('dialog'));
    expect(dialog).toContain('сейчас не читаются');
    expect(dialog).not.toContain('не отвечает');
  });

  it('tells how many letters its note has left: the reason counts', async () => {
    const page = await refillForm('100', {
      understand: (texts) =>
        texts.map(({ key, kind, text, of }) => ({
          key,
          value: kind === 'note' ? { kind, left: 500 - `${of}: ${text}`.length, text: `${of}: ${text}` } : null,
          error: null,
        })),
    });
    expect(screen.getByLabelText(/Примечание/)).toHaveAccessibleDescription('Попадёт в комментарий к операции');
    await page.type(/Примечание/, 'звонок');
    const told = () => expect(screen.getByLabelText(/Примечание/)).toHaveAccessibleDescription(/Осталось знаков: 481/);
    await waitFor(told);
  });

  it('stands amber when the outcome is unknown, and the header counts it', async () => {
    const page = await refillForm('100', { submit: unknown });
    await page.sendByEnter();
    expect(plain(await screen.findByTestId('ending-unknown'))).toContain('Не повторяйте её — программа проверяет сама');
    page.backend.emit('queueChanged', queueView({ unknown: 1 }));
    expect(await screen.findByRole('button', { name: 'Исход неизвестен: 1' })).toBeVisible();
  });

  it('shows what the server was asked about an unknown outcome', async () => {
    const page = await refillForm('100', { submit: unknown });
    await page.sendByEnter();
    const check = await screen.findByRole('button', { name: 'Проверить сейчас' });
    await waitFor(() => expect(check).toHaveFocus());
    await page.person.keyboard('{Enter}');
    expect(await screen.findByTestId('ending-look')).toBeVisible();
    expect(page.backend.asked('reconcile')).toEqual([[sent(page)[0]?.[0]]]);
  });

  it('whose ending has come under a key held down is not swept away by it', async () => {
    const page = await refillForm('100');
    await page.sendByEnter();
    await screen.findByTestId('ending-done');
    const next = screen.getByRole('button', { name: 'Ещё начисление' });
    await waitFor(() => expect(next).toHaveFocus());
    expect(await fireEvent.keyDown(next, { key: 'Enter', repeat: true })).toBe(false);
    expect(await fireEvent.keyDown(next, { key: 'Enter' })).toBe(true);
  });

  it('waits in the queue when the server is away, and can be given up', async () => {
    const page = await refillForm('100', { submit: (id) => operationView('waiting', { id }) });
    await page.sendByEnter();
    const ending = await screen.findByTestId('ending-waiting');
    await page.person.click(within(ending).getByRole('button', { name: 'Не отправлять' }));
    await screen.findByTestId('ending-cancelled');
    expect(page.backend.asked('cancelOperation')).toEqual([[sent(page)[0]?.[0]]]);
  });

  it.each([
    ['unknown', 502, 'Сервер ответил ошибкой 502. Операция могла пройти.'],
    ['waiting', 503, 'Сервер отвечает ошибкой 503. Операция записана'],
  ] as const)('that ended as %s after an answer %i does not call the server silent', async (told, status, words) => {
    const { failure } = operationView(told);
    const answered = failure && { ...failure, kind: 'server_fault' as const, status };
    const page = await refillForm('100', { submit: (id) => operationView(told, { id, failure: answered }) });
    await page.sendByEnter();
    expect(plain(await screen.findByTestId(`ending-${told}`))).toContain(words);
  });

  it.each<[Refusal, string, string]>([
    ['zero', '0', 'Сумма должна быть больше нуля'],
    ['negative', '-5', 'Сумма должна быть больше нуля'],
    ['precise', '1,234', 'Не больше двух цифр после запятой'],
    ['words', 'сто', 'Введите число'],
    ['limit', '5000,01', 'Больше разрешённого'],
  ])('that the office refuses (%s) says so at the field', async (refusal, sum, told) => {
    const page = await refillForm(sum, { preview: refused(refusal) });
    await page.person.keyboard('{Enter}');
    const field = screen.getByLabelText(SUM);
    await waitFor(() => expect(field).toHaveAccessibleDescription(expect.stringContaining(told)));
    expect(field).toBeInvalid();
    expect(field).toHaveFocus();
  });

  it('is no longer called wrong at the field that is being mended', async () => {
    const page = await refillForm('0', { preview: refused('zero') });
    await page.person.keyboard('{Enter}');
    const field = screen.getByLabelText(SUM);
    await waitFor(() => expect(field).toBeInvalid());
    await page.person.type(field, '5');
    expect(field).toBeValid();
    expect(screen.queryByTestId('form-error')).toBeNull();
  });

  it('without a guest asks for one', async () => {
    const page = await openPage({ preview: refused('noGuest') });
    await page.person.keyboard('{F3}');
    await page.type(SUM, '100');
    await page.person.selectOptions(screen.getByLabelText('Причина'), 'Компенсация');
    await page.person.click(screen.getByLabelText(SUM));
    await page.person.keyboard('{Enter}');
    await waitFor(() => expect(screen.getByLabelText('Гость')).toHaveAccessibleDescription('Сначала выберите гостя'));
    await page.type('Гость', '9123456789{Enter}');
    expect(plain(await screen.findByTestId('picked-guest'))).toContain('Кузнецова');
  });

  it('that looks like another needs a reason', async () => {
    const { suspectedDuplicates = [] } = refused('duplicate').details;
    const page = await refillForm('100', { preview: previewView('refill', { suspectedDuplicates }) });
    await page.person.keyboard('{Enter}');
    const reason = await screen.findByLabelText('Почему это не повтор');
    await page.person.click(screen.getByRole('button', { name: /Подтвердить/ }));
    expect(sent(page)).toHaveLength(0);
    await page.person.type(reason, 'второй гость за столом{Enter}');
    await screen.findByTestId('ending-done');
    expect(sent(page).map(([, , why]) => why)).toEqual(['второй гость за столом']);
  });
});

describe('a draft', () => {
  it('has the phone too that was being typed when something else came up', async () => {
    const page = await openPage();
    await page.person.keyboard('{F3}');
    await page.type('Гость', '8 912 345');
    await page.person.keyboard('{F7}');
    await screen.findByRole('heading', { level: 1, name: 'Журнал' });
    await page.person.keyboard('{F3}');
    await waitFor(() => expect(screen.getByLabelText('Гость')).toHaveValue('8 912 345'));
  });

  it('survives a restart with its operation id', async () => {
    const page = await refillForm('100');
    await waitFor(() => expect(page.backend.drafts.get('refill')).toContain('100'), { timeout: 2000 });
    const before = JSON.parse(page.backend.drafts.get('refill') ?? '{}') as { id: string };
    page.program.unmount();

    const again = await openPage({}, page.backend);
    await again.person.keyboard('{F3}');
    expect(await screen.findByLabelText(SUM)).toHaveValue('100');
    expect(plain(screen.getByTestId('picked-guest'))).toContain('Кузнецова');
    await again.person.click(screen.getByLabelText(SUM));
    await again.sendByEnter();
    await screen.findByTestId('ending-done');
    expect(sent(again).map(([id]) => id)).toEqual([before.id]);
  });

  it('that was confirmed shows what became of it, and sends nothing', async () => {
    const page = await refillForm('100', { submit: unknown });
    await page.sendByEnter();
    await screen.findByTestId('ending-unknown');
    const [id] = sent(page)[0] ?? [''];
    page.program.unmount();
    page.backend.answer({ operationStory: storyView('unknown', { id }) });

    const again = await openPage({}, page.backend);
    await again.person.keyboard('{F3}');
    await screen.findByTestId('ending-unknown');
    expect(sent(again)).toHaveLength(1);
  });
});
