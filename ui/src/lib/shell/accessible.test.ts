import { screen, within, waitFor } from '@testing-library/svelte';
import axe from 'axe-core';
import { describe, expect, it } from 'vitest';
import { openPage, PHONE, type Page } from '../../test/page';
import { guest as recorded, reconciled, refused } from '../../test/recorded';
import { type Answers } from '../../test/scripted';
import { appStatus, atFirstStart, guestView, operationView, page, queueView, storyView } from '../../test/views';

/** What axe finds wrong. Colours and sizes need a real window: the desktop tests look at those. */
async function faults(): Promise<string[]> {
  const { violations } = await axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'],
    // The title stands in the page's own file, which no test opens.
    rules: { 'color-contrast': { enabled: false }, 'document-title': { enabled: false } },
  });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

async function card({ find }: Page) {
  await find(PHONE);
  await screen.findByTestId('guest-card');
}
async function tab({ person }: Page, name: string) {
  await person.keyboard('{F9}');
  await person.click(await screen.findByRole('tab', { name }));
}

const wizard: Answers = { appStatus: () => atFirstStart() };
const two = ['Петров Пётр Петрович', 'Петрова Анна Ильинична'].map((fullName, index) =>
  guestView({ account: String(index), fullName }),
);
const candidate = {
  proof: '1',
  exact: false,
  summary: '23.11.2026 · 77,00 ₽',
  sum: 77_00,
  account: '1',
  receipt: null,
};
const halt = {
  reason: 'wrong_sign' as const,
  operation: 'op',
  at: '2026-11-23T09:00:00Z',
  expected: 500_00,
  changed: -500_00,
};
const many = Array.from({ length: 40 }, (_, index) =>
  operationView(index % 2 ? 'check' : 'refill', { id: String(index) }),
);

const screens: [string, Answers, (program: Page) => Promise<unknown>][] = [
  ['the first start', wizard, () => screen.findByRole('heading', { level: 1 })],
  [
    'the connection form with its mistakes',
    { ...wizard, connect: refused('connectEmpty') },
    async ({ person }) => {
      await person.click(await screen.findByRole('button', { name: 'Подключить ProBonus' }));
      await person.click(screen.getByRole('button', { name: 'Подключить' }));
      await screen.findAllByText('Заполните это поле');
    },
  ],
  ['a guest', {}, card],
  [
    'several guests',
    { findGuest: { kind: 'found', guests: two } },
    async ({ find }) => [await find('9165554433'), await screen.findByText('Петрова Анна Ильинична')],
  ],
  [
    'nobody',
    { findGuest: recorded.notFound },
    async ({ find }) => [await find('9990000000'), await screen.findByRole('button', { name: 'Создать гостя' })],
  ],
  [
    'a receipt',
    {},
    async (program) => {
      await card(program);
      await program.person.click((await screen.findAllByRole('button', { name: /^Открыть чек/ }))[0] as HTMLElement);
      await screen.findByText(recorded.receipt.lines[0]?.name ?? '');
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
      await program.person.selectOptions(await screen.findByLabelText('Причина'), 'Акция');
      await program.type('Сумма бонусов', '100{Enter}');
      await screen.findByRole('dialog');
    },
  ],
  [
    'an unknown ending',
    { submit: (id) => operationView('unknown', { id }) },
    async (program) => {
      await card(program);
      await program.person.keyboard('{F3}');
      await program.person.selectOptions(await screen.findByLabelText('Причина'), 'Акция');
      await program.type('Сумма бонусов', '100');
      await program.sendByEnter();
      await screen.findByTestId('ending-unknown');
    },
  ],
  [
    'an outside receipt with its mistakes',
    { preview: refused('emptyCheck') },
    async ({ person }) => {
      await person.keyboard('{F4}');
      await screen.findByLabelText('Номер внешнего чека');
      await person.click(screen.getByRole('button', { name: /^Проверить/ }));
      await waitFor(() => expect(screen.getByLabelText('Номер внешнего чека')).toBeInvalid());
    },
  ],
  [
    'the return',
    { findPurchase: [operationView('standing'), operationView('check', { returnedBy: 'return' })] },
    async (program) => {
      await program.person.keyboard('{F6}');
      await program.type('Номер чека, GUID, телефон или дата', 'Д-{Enter}');
      await screen.findAllByRole('button', { name: /^Вернуть чек Д-/ });
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
    { operations: page(many) },
    async ({ person }) => [await person.keyboard('{F7}'), await screen.findByRole('grid')],
  ],
  [
    'an empty journal',
    {},
    async ({ person }) => [await person.keyboard('{F7}'), await screen.findByText('Операций пока нет')],
  ],
  [
    'an operation to be decided',
    {
      operations: page([operationView('unknown')]),
      operationStory: storyView('unknown'),
      reconcile: { ...reconciled, verdict: 'ambiguous', candidates: [candidate] },
    },
    async ({ person }) => {
      await person.keyboard('{F7}');
      (await screen.findByRole('grid')).focus();
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
    { appStatus: () => appStatus({ insecureHttp: true, session: 'sign_in_again', queue: queueView({ halt }) }) },
    () => screen.findByTestId('halt-banner'),
  ],
  [
    'a journal that can’t be read',
    {
      appStatus: () =>
        appStatus({ queue: null, journal: { path: 'journal.db', health: 'corrupt', rolledBack: null, shared: false } }),
    },
    () => screen.findByTestId('journal-banner'),
  ],
];

describe('what axe can tell without a window', () => {
  it.each(screens)('%s has no fault', async (_, answers, go) => {
    await go(await openPage(answers));
    expect(await faults()).toEqual([]);
  });
});
