import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { sizeParts } from '$lib/format';
import { openProgram, plain } from '../../test/open';

async function journalTab(options: Parameters<typeof openProgram>[0] = {}) {
  const program = await openProgram(options);
  await program.person.keyboard('{F9}');
  await program.person.click(await screen.findByRole('tab', { name: 'Журнал' }));
  return { program, list: await screen.findByRole('list', { name: 'Резервные копии' }) };
}

describe('the backups', () => {
  it('are listed with what they hold, and a damaged one can’t be chosen', async () => {
    const { list } = await journalTab({ journal: 12 });
    const rows = within(list).getAllByRole('listitem').map(plain);
    expect(rows[1]).toContain('Ежедневная');
    expect(rows[1]).toContain('10 операций');
    expect(rows[1]).toContain('256 КБ');
    expect(rows[3]).toContain('Резервная копия повреждена');
    expect(within(list).getAllByRole('button')).toHaveLength(4);
  });

  it('are restored after being told what the journal will forget', async () => {
    const { program, list } = await journalTab({ journal: 12 });
    await program.person.click(within(list).getAllByRole('button')[1] as HTMLElement);
    const dialog = await screen.findByRole('dialog', { name: /^Восстановить копию от/ });
    await waitFor(() => expect(plain(dialog)).toContain('Журнал забудет, что было после копии: 2 операции'));
    expect(plain(dialog)).toContain('не вводите их заново');
    expect(within(dialog).getByRole('button', { name: 'Отмена' })).toHaveFocus();
    await program.person.click(within(dialog).getByRole('button', { name: 'Восстановить' }));
    expect(await screen.findByText('Копия восстановлена')).toBeVisible();
    expect(program.backend.operationsKept).toHaveLength(10);
  });

  it('are left alone by Esc', async () => {
    const { program, list } = await journalTab({ journal: 12 });
    await program.person.click(within(list).getAllByRole('button')[1] as HTMLElement);
    await screen.findByRole('dialog');
    await program.person.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(program.backend.operationsKept).toHaveLength(12);
  });

  it('are one step away from a journal that is damaged', async () => {
    const program = await openProgram({ health: 'corrupt' });
    const banner = await screen.findByTestId('journal-banner');
    expect(plain(banner)).toContain('Файл журнала повреждён. Восстановите резервную копию');
    await program.person.click(within(banner).getByRole('button', { name: 'К резервным копиям' }));
    expect(await screen.findByRole('list', { name: 'Резервные копии' })).toBeVisible();
  });

  it.each([
    [1, 'kilobytes', '1'],
    [262_144, 'kilobytes', '256'],
    [1_048_576, 'megabytes', '1,0'],
    [161_061_274, 'megabytes', '153,6'],
  ])('of %i bytes are told in %s', (bytes, unit, number) => expect(sizeParts(bytes)).toEqual({ unit, number }));
});
