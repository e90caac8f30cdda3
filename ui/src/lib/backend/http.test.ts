import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AppError } from './backend';
import { reachOverHttp } from './http';
import { TauriBackend } from './tauri';

/** Server-sent events that the test sends by hand. */
class Events extends EventTarget {
  static last: Events;
  constructor(readonly address: string) {
    super();
    Events.last = this;
  }
}

const answers = vi.fn<typeof fetch>();
const answer = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });

beforeEach(() => {
  vi.stubGlobal('fetch', answers);
  vi.stubGlobal('EventSource', Events);
  reachOverHttp();
});
afterEach(() => {
  vi.unstubAllGlobals();
  answers.mockReset();
  for (const name of ['__TAURI_INTERNALS__', '__TAURI_EVENT_PLUGIN_INTERNALS__']) Reflect.deleteProperty(window, name);
});

it('a command is posted under its own name, with its arguments', async () => {
  answers.mockResolvedValue(answer(200, { kind: 'not_found', phone: '+79123456789', phoneText: '' }));
  const found = await new TauriBackend().guestCard('+79123456789', '1042');
  expect(found).toMatchObject({ kind: 'not_found' });
  const [address, request] = answers.mock.calls[0] ?? [];
  expect(address).toBe('/command/guest_card');
  expect(JSON.parse(String(request?.body))).toEqual({ phone: '+79123456789', account: '1042' });
});

it('an answer of 422 is the office’s own error', async () => {
  const error = { class: 'refused', code: 'halted', message: 'halted', details: {} };
  answers.mockResolvedValue(answer(422, error));
  const refused = await new TauriBackend().resumeQueue().catch((thrown: unknown) => thrown);
  expect(refused).toBeInstanceOf(AppError);
  expect(refused).toMatchObject({ class: 'refused', code: 'halted' });
});

it('any other answer is a failure of the way there', async () => {
  answers.mockResolvedValue(new Response('', { status: 502, statusText: 'Bad Gateway' }));
  const failed = await new TauriBackend().groups().catch((thrown: unknown) => thrown);
  expect(failed).toMatchObject({ code: 'internal', message: 'groups: 502 Bad Gateway' });
});

it('an event is heard until the listener stops', async () => {
  const heard = vi.fn();
  const stop = new TauriBackend().on('queueChanged', heard);
  await vi.waitFor(() => expect(Events.last.address).toBe('/events'));
  const send = (prepared: number) =>
    Events.last.dispatchEvent(new MessageEvent('queue-changed', { data: JSON.stringify({ queue: { prepared } }) }));
  send(1);
  expect(heard).toHaveBeenCalledExactlyOnceWith({ prepared: 1 });
  stop();
  send(2);
  expect(heard).toHaveBeenCalledTimes(1);
});
