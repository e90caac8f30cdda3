import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import App from '$lib/shell/App.svelte';
import { steps } from './open';
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
export { plain } from './open';
