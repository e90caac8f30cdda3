import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { BackupView } from '$lib/backend/types';
import { sizeParts } from '$lib/format';
import { openPage, plain } from '../../test/page';
import type { Answers } from '../../test/scripted';
import { appError, appStatus, operationView } from '../../test/views';

const copy: BackupView = {
  name: 'journal-2026-11-23.db',
  made: 'daily',
  madeAt: '2026-11-23T06:00:00Z',
  bytes: 262_144,
  operations: 10,
  newest: '2026-11-22T18:40:00Z',
  problem: null,
};
const damaged: BackupView = { ...copy, name: 'damaged.db', operations: null, newest: null, problem: 'backup_damaged' };
const backups = [{ ...copy, name: 'by-hand.db', made: 'by_hand' as const, operations: 12 }, copy, damaged];
const lost = [operationView('refill'), operationView('check')];
const losses = { missing: 2, behind: 0, sent: 2, operations: lost };
const restorable: Answers = { backups, previewRestore: { backup: copy, losses } };

async function journalTab(answers: Answers) {
  const page = await openPage(answers);
  await page.person.keyboard('{F9}');
  await page.person.click(await screen.findByRole('tab', { name: 'Журнал' }));
  return { page, list: await screen.findByRole('list', { name: 'Резервные копии' }) };
}

describe('the backups', () => {
  it('are listed with what they hold, and a damaged one can’t be chosen', async () => {
    const { list } = await journalTab({ backups });
    const rows = within(list).getAllByRole('listitem').map(plain);
    expect(rows[1]).toContain('Ежедневная');
    expect(rows[1]).toContain('10 операций');
    expect(rows[1]).toContain('256 КБ');
    expect(rows[2]).toContain('Резервная копия повреждена');
    expect(within(list).getAllByRole('button')).toHaveLength(2);
  });

  it('are restored after being told what the journal will forget', async () => {
    const restoreBackup = () => ({ status: appStatus(), kept: 'journal-before-restore.db' });
    const { page, list } = await journalTab({ ...restorable, restoreBackup });
    await page.person.click(within(list).getAllByRole('button')[1] as HTMLElement);
    const dialog = await screen.findByRole('dialog', { name: /^Восстановить копию от/ });
    await waitFor(() => expect(plain(dialog)).toContain('Журнал забудет, что было после копии: 2 операции'));
    expect(plain(dialog)).toContain('не вводите их заново');
    expect(within(dialog).getByRole('button', { name: 'Отмена' })).toHaveFocus();
    await page.person.click(within(dialog).getByRole('button', { name: 'Восстановить' }));
    expect(await screen.findByText('Копия восстановлена')).toBeVisible();
    expect(page.backend.asked('restoreBackup')).toEqual([[copy.name]]);
  });

  it('are left alone by Esc', async () => {
    const { page, list } = await journalTab(restorable);
    await page.person.click(within(list).getAllByRole('button')[1] as HTMLElement);
    await screen.findByRole('dialog');
    await page.person.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(page.backend.asked('restoreBackup')).toEqual([]);
  });

  it('are one step away from a journal that is damaged', async () => {
    const journal = { path: 'journal.db', health: 'corrupt' as const, rolledBack: null, shared: false };
    const page = await openPage({ appStatus: () => appStatus({ journal, queue: null }), backups });
    const banner = await screen.findByTestId('journal-banner');
    expect(plain(banner)).toContain('Файл журнала повреждён. Восстановите резервную копию');
    await page.person.click(within(banner).getByRole('button', { name: 'К резервным копиям' }));
    expect(await screen.findByRole('list', { name: 'Резервные копии' })).toBeVisible();
  });

  it('are asked for first when the journal is missing; a new one needs a typed consent', async () => {
    const journal = { path: 'journal.db', health: 'missing' as const, rolledBack: null, shared: false };
    const refusal = appError('invalid_input', { fields: [{ field: 'consent', code: 'not_understood' }] }, 'invalid');
    const page = await openPage({
      appStatus: () => appStatus({ journal, queue: null }),
      ...restorable,
      addBackup: copy,
      beginJournalAnew: (consent) => (consent === 'начать заново' ? appStatus() : refusal),
    });
    const banner = await screen.findByTestId('journal-banner');
    expect(plain(banner)).toContain('Журнал не найден. Восстановите копию');
    await page.person.click(within(banner).getByRole('button', { name: 'К резервным копиям' }));
    await page.person.click(await screen.findByRole('button', { name: 'Восстановить последнюю копию' }));
    await screen.findByRole('dialog', { name: /^Восстановить копию от/ });
    await page.person.keyboard('{Escape}');
    await page.person.click(screen.getByRole('button', { name: 'Выбрать файл журнала' }));
    await screen.findByRole('dialog', { name: /^Восстановить копию от/ });
    await page.person.keyboard('{Escape}');
    await page.person.click(screen.getByRole('button', { name: 'Начать новый журнал' }));
    await page.type('Подтверждение', 'да{Enter}');
    await waitFor(() =>
      expect(screen.getByLabelText('Подтверждение')).toHaveAccessibleDescription(expect.stringContaining('Наберите')),
    );
    expect(screen.getByLabelText('Подтверждение')).toBeInvalid();
    await page.person.clear(screen.getByLabelText('Подтверждение'));
    await page.type('Подтверждение', 'начать заново{Enter}');
    expect(await screen.findByText('Начат новый журнал')).toBeVisible();
    expect(page.backend.asked('beginJournalAnew')).toEqual([['да'], ['начать заново']]);
  });

  it('are offered when the journal was put back from outside, and the notice goes when it is seen', async () => {
    const journal = {
      path: 'journal.db',
      health: 'sound' as const,
      rolledBack: { forgotten: 5, doubted: 2, cause: 'older_copy' as const },
      shared: false,
    };
    const page = await openPage({
      appStatus: () => appStatus({ journal }),
      backups,
      acknowledgeRollBack: () => appStatus(),
    });
    const banner = await screen.findByTestId('rolled-back-banner');
    expect(plain(banner)).toContain('Файл журнала заменили старой копией. Забыто операций: не меньше 5.');
    expect(plain(banner)).toContain('Ждали отправки: 2; о каждой программа сначала спросит у сервера');
    await page.person.click(within(banner).getByRole('button', { name: 'Понятно' }));
    await waitFor(() => expect(screen.queryByTestId('rolled-back-banner')).toBeNull());
  });

  it.each([
    [1, 'kilobytes', '1'],
    [262_144, 'kilobytes', '256'],
    [1_048_576, 'megabytes', '1,0'],
    [161_061_274, 'megabytes', '153,6'],
  ])('of %i bytes are told in %s', (bytes, unit, number) => expect(sizeParts(bytes)).toEqual({ unit, number }));
});
