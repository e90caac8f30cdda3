import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { SupportFilesView } from '$lib/backend/types';
import { openPage, plain } from '../../test/page';
import type { Answers } from '../../test/scripted';
import { appError, appStatus, atFirstStart, queueView } from '../../test/views';

const files: SupportFilesView = {
  madeAt: '2026-11-29T03:00:00Z',
  files: [
    { name: 'program.json', bytes: 30, parts: 1 },
    { name: 'logs/office.2026-11-29.log', bytes: 70_000, parts: 2 },
  ],
};
const gathered: Answers = {
  gatherSupport: files,
  supportText: (name, part) => (name === 'program.json' ? '{"version":"0.1.0"}' : `part ${part}\n`),
  saveSupport: 'support.zip',
};

async function helpTab(answers: Answers) {
  const page = await openPage(answers);
  await page.person.keyboard('{F9}');
  await page.person.click(await screen.findByRole('tab', { name: 'Помощь' }));
  return page;
}

async function gather(answers: Answers) {
  const page = await helpTab(answers);
  await page.person.click(await screen.findByRole('button', { name: 'Собрать файлы' }));
  return { ...page, dialog: await screen.findByRole('dialog', { name: 'Файлы для поддержки' }) };
}

describe('the files for support', () => {
  it('are seen before they are saved, each to its end', async () => {
    const { dialog, person, backend } = await gather(gathered);
    await waitFor(() => expect(plain(dialog)).toContain('{"version":"0.1.0"}'));
    expect(backend.asked('saveSupport')).toEqual([]);
    await person.click(within(dialog).getByRole('button', { name: /office\.2026-11-29\.log/ }));
    await waitFor(() => expect(plain(dialog)).toContain('part 0'));
    expect(plain(dialog)).not.toContain('part 1');
    await person.click(within(dialog).getByRole('button', { name: 'Показать дальше' }));
    await waitFor(() => expect(plain(dialog)).toContain('part 0 part 1'));
    expect(within(dialog).queryByRole('button', { name: 'Показать дальше' })).toBeNull();
    await person.click(within(dialog).getByRole('button', { name: 'Сохранить архив…' }));
    expect(await screen.findByText('Архив сохранён: support.zip')).toBeVisible();
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('stay where they are if no place is chosen, or it can’t be written', async () => {
    const { dialog, person, backend } = await gather({ ...gathered, saveSupport: null });
    await person.click(within(dialog).getByRole('button', { name: 'Сохранить архив…' }));
    await waitFor(() => expect(backend.asked('saveSupport')).toHaveLength(1));
    expect(dialog).toBeVisible();
    backend.answer({ saveSupport: appError('file_not_written', {}, 'failed') });
    await person.click(within(dialog).getByRole('button', { name: 'Сохранить архив…' }));
    expect(await within(dialog).findByText('Файл не записан')).toBeVisible();
  });

  it('are left alone by Esc, and the folder of logs is one press away', async () => {
    const { person, backend } = await gather(gathered);
    await person.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(backend.asked('saveSupport')).toEqual([]);
    await person.click(screen.getByRole('button', { name: 'Открыть папку журнала работы' }));
    expect(backend.asked('openLogsFolder')).toHaveLength(1);
  });
});

describe('the safe mode', () => {
  it('opens the journal, says so, and has a way out', async () => {
    const { person, backend } = await openPage({ appStatus: () => appStatus({ safeMode: true }) });
    expect(await screen.findByRole('heading', { name: 'Журнал' })).toBeVisible();
    const banner = screen.getByTestId('safe-mode-banner');
    expect(plain(banner)).toContain('Программа не выходит в сеть и ничего не отправляет');
    backend.answer({ leaveSafeMode: appError('journal_locked', {}, 'failed') });
    await person.click(within(banner).getByRole('button', { name: 'Выйти из безопасного режима' }));
    await waitFor(() => expect(plain(banner)).toContain('Журнал занят другой программой'));
    backend.answer({ leaveSafeMode: () => appStatus() });
    await person.click(within(banner).getByRole('button', { name: 'Выйти из безопасного режима' }));
    await waitFor(() => expect(screen.queryByTestId('safe-mode-banner')).toBeNull());
  });

  it('is also said before anything was chosen', async () => {
    await openPage({ appStatus: () => atFirstStart({ safeMode: true }) });
    expect(screen.getByTestId('safe-mode-banner')).toBeVisible();
  });
});

describe('a defect of an earlier run', () => {
  const crash = { at: '2026-11-28T18:05:00Z' };

  it('is told with what becomes of the operations, and leads to the files for support', async () => {
    const { person, backend } = await openPage({
      appStatus: () => appStatus({ crash, queue: queueView({ unknown: 2 }) }),
    });
    const banner = screen.getByTestId('crash-banner');
    expect(plain(banner)).toContain('в программе произошла внутренняя ошибка');
    expect(plain(banner)).toContain('Программа сверяет с сервером то, что было в пути: 2 операции');
    await person.click(within(banner).getByRole('button', { name: 'Файлы для поддержки' }));
    expect(await screen.findByRole('button', { name: 'Собрать файлы' })).toBeVisible();
    await person.click(within(banner).getByRole('button', { name: 'Понятно' }));
    await waitFor(() => expect(screen.queryByTestId('crash-banner')).toBeNull());
    expect(backend.asked('acknowledgeCrash')).toHaveLength(1);
  });

  it('says that nothing is unfinished where nothing is', async () => {
    await openPage({ appStatus: () => appStatus({ crash }) });
    expect(plain(screen.getByTestId('crash-banner'))).toContain('Операции не потеряны, незавершённых нет');
  });
});

describe('about the program', () => {
  it('is said in lines that can be copied for the telephone', async () => {
    const { person } = await helpTab({});
    expect(await screen.findByText('Windows 11 (10.0.22631), x86_64')).toBeVisible();
    await person.click(screen.getByRole('button', { name: 'Скопировать' }));
    expect(await screen.findByText('Скопировано')).toBeVisible();
    const copied = await navigator.clipboard.readText();
    expect(copied.split('\n')).toEqual([
      'ProBonus Office',
      'Версия: 0.1.0',
      'Сборка: a1b2c3d4e5f6',
      'Система: Windows 11 (10.0.22631), x86_64',
      'Веб-компонент: WebView2 131.0',
      'Папка данных: C:\\Users\\Anna\\AppData\\Local\\ru.probonus.office',
    ]);
  });

  it('opens the licences where they lie beside the program, and says why if they do not open', async () => {
    const { person } = await helpTab({ openLicences: appError('licences_missing', {}, 'failed') });
    await person.click(await screen.findByRole('button', { name: 'Лицензии составных частей' }));
    expect(await screen.findByText('Файл с лицензиями не открылся')).toBeVisible();
  });
});

describe('the log in detail', () => {
  it('is chosen at once, and says until when', async () => {
    const { person, backend } = await helpTab({});
    const level = await screen.findByLabelText('Журнал работы программы');
    await person.selectOptions(level, 'Подробный');
    await waitFor(() => expect(level).toHaveAccessibleDescription(/^Подробный до/));
    expect(backend.asked('setLogDetail')).toEqual([[true]]);
  });

  it('stays as it was if it can’t be saved', async () => {
    const { person } = await helpTab({ setLogDetail: appError('settings_not_saved', {}, 'failed') });
    const level = await screen.findByLabelText('Журнал работы программы');
    await person.selectOptions(level, 'Подробный');
    expect(await screen.findByText('Настройки не сохранены')).toBeVisible();
    expect(level).toHaveValue('usual');
  });
});
