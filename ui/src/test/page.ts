import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import App from '$lib/shell/App.svelte';
import { scripted, type Answers } from './scripted';

/** The whole page on an office that answers what the test says, and a person at its keyboard. */
export async function openPage(answers: Answers = {}, backend = scripted(answers)) {
  const person = userEvent.setup();
  const program = render(App, { props: { backend } });
  await screen.findByRole('main');
  return { backend, person, program, ...steps(person) };
}

export type Page = Awaited<ReturnType<typeof openPage>>;

/** Anna's phone, as a person types it. */
export const PHONE = '8 (912) 345-67-89';

export const SUM = 'Сумма бонусов';

/** The form of a refill, with a guest, a reason and a sum. */
export async function refillForm(sum: string, answers: Answers = {}): Promise<Page> {
  const page = await openPage(answers);
  await page.find(PHONE);
  await screen.findByTestId('guest-card');
  await page.person.keyboard('{F3}');
  await page.person.selectOptions(await screen.findByLabelText('Причина'), 'Компенсация');
  await page.type(SUM, sum);
  return page;
}

function steps(person: ReturnType<typeof userEvent.setup>) {
  return {
    /** F2, the phone, Enter. */
    async find(phone: string) {
      await person.keyboard('{F2}');
      await person.keyboard(`${phone}{Enter}`);
    },
    async type(label: string | RegExp, text: string) {
      const field = await screen.findByLabelText(label);
      await person.clear(field);
      await person.type(field, text);
    },
    /** Enter in the form, Enter in the preview. */
    async sendByEnter() {
      await person.keyboard('{Enter}');
      await screen.findByRole('button', { name: /Подтвердить/ });
      await person.keyboard('{Enter}');
    },
  };
}

/** Text without the spaces that a reader does not tell apart. */
export function plain(element: Element | null): string {
  return (element?.textContent ?? '').replace(/[\s\u00a0\u202f]+/g, ' ').trim();
}
