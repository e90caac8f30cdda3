import { screen, within } from '@testing-library/svelte';
import axe from 'axe-core';
import { describe, expect, it } from 'vitest';
import { IVANOVA, openProgram, type Program } from '../../test/open';

/** What axe finds wrong. Colours and sizes need a real window: the desktop tests look at those. */
async function faults(): Promise<string[]> {
  const { violations } = await axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'],
    // The title stands in the page's own file, which no test opens.
    rules: { 'color-contrast': { enabled: false }, 'document-title': { enabled: false } },
  });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

async function card({ find }: Program) {
  await find(IVANOVA);
  await screen.findByTestId('guest-card');
}
async function tab({ person }: Program, name: string) {
  await person.keyboard('{F9}');
  await person.click(await screen.findByRole('tab', { name }));
}

const screens: [string, Parameters<typeof openProgram>[0], (program: Program) => Promise<unknown>][] = [
  ['the first start', { phase: 'wizard' }, () => screen.findByRole('heading', { level: 1 })],
  [
    'the connection form with its mistakes',
    { phase: 'wizard' },
    async ({ person }) => {
      await person.click(await screen.findByRole('button', { name: 'Подключить ProBonus' }));
      await person.click(screen.getByRole('button', { name: 'Подключить' }));
      await screen.findAllByText('Заполните это поле');
    },
  ],
  ['a guest', {}, card],
  [
    'several guests',
    {},
    async ({ find }) => [await find('9165554433'), await screen.findByText('Петрова Анна Ильинична')],
  ],
  [
    'nobody',
    {},
    async ({ find }) => [await find('9990000000'), await screen.findByRole('button', { name: 'Создать гостя' })],
  ],
  [
    'a receipt',
    {},
    async (program) => {
      await card(program);
      await program.person.click((await screen.findAllByRole('button', { name: /^Открыть чек/ }))[0] as HTMLElement);
      await screen.findByText('Борщ с говядиной и пампушками');
    },
  ],
  ['a new guest', {}, async ({ person }) => [await person.keyboard('{F8}'), await screen.findByLabelText('Телефон')]],
  [
    'a changed profile',
    {},
    async (program) => {
      await card(program);
      await program.person.click(screen.getByRole('button', { name: 'Изменить анкету' }));
      await program.type('Имя', 'Вера');
    },
  ],
  [
    'a refill before it is sent',
    {},
    async (program) => {
      await card(program);
      await program.person.keyboard('{F3}');
      await program.type('Сумма бонусов', '100{Enter}');
      await screen.findByRole('dialog');
    },
  ],
  [
    'an unknown ending',
    { fate: 'unknown' },
    async (program) => {
      await card(program);
      await program.person.keyboard('{F3}');
      await program.type('Сумма бонусов', '100');
      await program.sendByEnter();
      await screen.findByTestId('ending-unknown');
    },
  ],
  [
    'an outside receipt with its mistakes',
    {},
    async ({ person }) => {
      await person.keyboard('{F4}');
      await screen.findByLabelText('Номер внешнего чека');
      await person.click(screen.getByRole('button', { name: /^Проверить/ }));
      await screen.findByTestId('form-error');
    },
  ],
  [
    'the return',
    { journal: 6 },
    async (program) => {
      await program.person.keyboard('{F6}');
      await program.type('Номер чека, GUID, телефон или дата', 'DLV{Enter}');
      await screen.findAllByRole('button', { name: /^Вернуть чек DLV/ });
    },
  ],
  [
    'the return of another program’s receipt',
    {},
    async ({ person }) => {
      await person.keyboard('{F6}');
      await person.click(await screen.findByRole('button', { name: 'Вернуть чек другой программы' }));
      await screen.findByLabelText('GUID чека');
    },
  ],
  [
    'the journal',
    { journal: 40 },
    async ({ person }) => [await person.keyboard('{F7}'), await screen.findByRole('table')],
  ],
  [
    'an empty journal',
    {},
    async ({ person }) => [await person.keyboard('{F7}'), await screen.findByText('Операций пока нет')],
  ],
  [
    'an operation to be decided',
    { journal: 40 },
    async ({ person }) => {
      await person.keyboard('{F7}');
      (await screen.findByRole('table')).focus();
      await person.keyboard('{Enter}');
      const details = await screen.findByRole('dialog');
      await person.click(await within(details).findByRole('button', { name: 'Проверить на сервере' }));
      await within(details).findByText('Какая строка — эта операция?');
    },
  ],
  [
    'the server’s settings',
    {},
    async ({ person }) => [await person.keyboard('{F9}'), await screen.findByRole('tablist')],
  ],
  ['the settings of the work', {}, (program) => tab(program, 'Работа')],
  ['the contract', {}, (program) => tab(program, 'Совместимость')],
  ['the journal’s settings', {}, (program) => tab(program, 'Журнал')],
  ['the program’s settings', {}, (program) => tab(program, 'Программа')],
  [
    'all banners',
    { halt: 'wrong_sign', insecure: true, signInAgain: true, journal: 3 },
    () => screen.findByTestId('halt-banner'),
  ],
  ['a journal that can’t be read', { health: 'corrupt' }, () => screen.findByTestId('journal-banner')],
];

describe('what axe can tell without a window', () => {
  it.each(screens)('%s has no fault', async (_, options, go) => {
    await go(await openProgram(options));
    expect(await faults()).toEqual([]);
  });
});
