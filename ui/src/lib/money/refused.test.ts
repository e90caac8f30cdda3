import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { OperationView, StoryView } from '$lib/backend/types';
import { openPage, plain, refillForm } from '../../test/page';
import { held } from '../../test/scripted';
import { appError, guestView, operationView, previewView, storyView } from '../../test/views';

/** Refused by the server, and not known to be undone: so the office tells it until it has looked. */
function doubted(id: string): OperationView {
  return operationView('unknown', { id, failure: operationView('rejected').failure });
}
const looked = (id: string, verdict: 'ambiguous' | null): StoryView => {
  const story = storyView('unknown', doubted(id));
  const event = { number: 9, at: '2026-11-23T09:00:00Z', event: 'probed' } as const;
  return { ...story, events: verdict ? [{ ...event, verdict, candidates: [] }] : [] };
};

describe('a refusal of the server', () => {
  it('is looked after before it is told, and then says that nothing has changed', async () => {
    const late = held(null);
    const page = await refillForm('100', {
      submit: (id) => late.step().then(() => operationView('rejected', { id })),
    });
    await page.sendByEnter();
    await waitFor(() => expect(page.backend.asked('submit')).toHaveLength(1));
    expect(screen.queryByTestId('checking-refusal')).toBeNull();
    const [id] = page.backend.asked('submit')[0] ?? [''];
    page.backend.emit('operationChanged', doubted(id));
    expect(plain(await screen.findByTestId('checking-refusal'))).toContain(
      'Сервер отказал. Проверяем, не изменилось ли что-нибудь…',
    );
    late.letGo();
    const ending = await screen.findByTestId('ending-refused');
    expect(plain(ending)).toContain('Отказ: баланс и история прежние');
    expect(within(ending).getByRole('button', { name: 'Исправить и отправить заново' })).toBeVisible();
  });

  it.each([
    [null, 'Сервер отказал; проверить, не прошла ли операция, пока нельзя'],
    ['ambiguous', 'Сервер отказал, но операция могла пройти'],
  ] as const)('that is not settled by a look (%s) offers no correction', async (verdict, words) => {
    const page = await refillForm('100', { submit: doubted, operationStory: (id) => looked(id, verdict) });
    await page.sendByEnter();
    await waitFor(() => expect(plain(screen.getByTestId('ending-unknown'))).toContain(words));
    expect(screen.queryByRole('button', { name: 'Исправить и отправить заново' })).toBeNull();
    expect(screen.getByRole('button', { name: 'Проверить сейчас' })).toBeVisible();
  });

  it('that was not true is told above every screen until it is noted', async () => {
    const page = await openPage();
    const id = operationView('refill').id;
    page.backend.emit('operationChanged', doubted(id));
    expect(screen.queryByTestId('refused-done-banner')).toBeNull();
    page.backend.emit('operationChanged', operationView('refill', { id }));
    const banner = await screen.findByTestId('refused-done-banner');
    expect(plain(banner)).toContain('Сервер отказал, а операция прошла');
    await page.person.click(within(banner).getByRole('button', { name: 'Понятно' }));
    expect(screen.queryByTestId('refused-done-banner')).toBeNull();
  });

  it('of an unknown outcome that nobody refused is no such news', async () => {
    const page = await openPage();
    const id = operationView('refill').id;
    page.backend.emit('operationChanged', operationView('unknown', { id }));
    page.backend.emit('operationChanged', operationView('refill', { id }));
    await waitFor(() => expect(screen.queryByTestId('refused-done-banner')).toBeNull());
  });

  it('keeps a correction from being sent while the first one stands on the server', async () => {
    const operation = operationView('refill').id;
    const page = await refillForm('76,50', { preview: appError('refused_was_applied', { operation }) });
    await page.person.keyboard('{Enter}');
    const error = await screen.findByTestId('form-error');
    expect(plain(error)).toContain('Прежняя операция прошла, хотя сервер отказал');
    expect(within(error).getByRole('button', { name: 'Открыть в журнале' })).toBeVisible();
    expect(page.backend.asked('submit')).toHaveLength(0);
  });

  it('a moment ago is shown as what the server may have done all the same', async () => {
    const like = {
      operation: operationView('rejected').id,
      at: '2026-11-23T09:00:00Z',
      serverTime: null,
      sum: 7_700,
      outsideNumber: null,
      comment: null,
      refused: true,
    };
    const page = await refillForm('100', { preview: previewView('refill', { suspectedDuplicates: [like] }) });
    await page.person.keyboard('{Enter}');
    const dialog = await screen.findByRole('dialog');
    expect(plain(dialog)).toContain('сервер отказал, но мог провести');
    expect(await screen.findByLabelText('Почему это не повтор')).toBeVisible();
  });
});

describe('one truth in the form', () => {
  it('has the balance that the preview has', async () => {
    const preview = previewView('refill', { balanceBefore: 123_400, balanceExpected: 133_400 });
    const page = await refillForm('100', { preview });
    await page.person.keyboard('{Enter}');
    await screen.findByRole('dialog');
    await page.person.keyboard('{Escape}');
    await waitFor(() => expect(plain(screen.getByTestId('picked-guest'))).toContain('1 234,00 ₽'));
  });

  it('calls no number free beside a guest who has it', async () => {
    const page = await openPage({
      findGuest: { kind: 'not_found', phone: '+79990000000', phoneText: '+7 999 000-00-00', certain: true },
      preview: appError('phone_known', { account: guestView().account }),
    });
    await page.person.keyboard('{F8}');
    await page.type('Телефон', '8 (999) 000-00-00');
    await page.person.tab();
    expect(await screen.findByText('Номер свободен')).toBeVisible();
    await page.person.click(screen.getByRole('button', { name: /^Проверить Enter|^Проверить$/ }));
    await waitFor(() => expect(screen.getByLabelText('Телефон')).toBeInvalid());
    expect(screen.queryByText('Номер свободен')).toBeNull();
  });
});
