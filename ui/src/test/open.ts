import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { FakeBackend, type FakeOptions } from '$lib/backend/fake';
import App from '$lib/shell/App.svelte';
import type { Screen } from '$lib/shell/office.svelte';

/** The whole program on a make-believe office, and a person at its keyboard. */
export async function openProgram(options: Partial<FakeOptions> = {}, backend = new FakeBackend(options)) {
  const person = userEvent.setup();
  const program = render(App, { props: { backend } });
  await screen.findByRole('main');
  return { backend, person, program, ...steps(person) };
}

export type Program = Awaited<ReturnType<typeof openProgram>>;
export const keys: Partial<Record<Screen, string>> = { refill: '{F3}', check: '{F4}', return: '{F6}', journal: '{F7}' };
export const IVANOVA = '8 (912) 345-67-89';

export function steps(person: ReturnType<typeof userEvent.setup>) {
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
