/**
 * The office over HTTP, for `cargo xtask dev`: the page in an ordinary browser against the real program without its window.
 * A command is `POST /command/<name>` with its arguments as JSON: 200 with the answer, 422 with the error. Events come from
 * `/events` as server-sent events of the same names. This takes the place of the window's own transport, so that every
 * command and its arguments are written down once, in the bindings.
 */

type Handler = (event: { event: string; id: number; payload: unknown }) => void;
interface Listening {
  event: string;
  eventId: number;
}

class Bridge {
  private readonly callbacks = new Map<number, Handler>();
  private readonly listeners = new Map<number, (message: MessageEvent<string>) => void>();
  private source: EventSource | null = null;
  private last = 0;

  /** Calls a command, or follows an event. Rejects with the office's own error as it was sent. */
  invoke = async (name: string, args: Record<string, unknown> = {}): Promise<unknown> => {
    if (name === 'plugin:event|listen') return this.listen(String(args.event), Number(args.handler));
    if (name === 'plugin:event|unlisten') return null;
    const answer = await fetch(`/command/${name}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(args),
    });
    if (answer.ok) return answer.json();
    if (answer.status === 422) throw await answer.json();
    throw new Error(`${name}: ${answer.status} ${answer.statusText}`);
  };

  transformCallback = (handler: Handler): number => {
    this.last += 1;
    this.callbacks.set(this.last, handler);
    return this.last;
  };

  unregister = (event: string, eventId: Listening['eventId']): void => {
    const listener = this.listeners.get(eventId);
    if (listener) this.source?.removeEventListener(event, listener);
    this.listeners.delete(eventId);
    this.callbacks.delete(eventId);
  };

  private listen(event: string, id: number): number {
    this.source ??= new EventSource('/events');
    const listener = (message: MessageEvent<string>) =>
      this.callbacks.get(id)?.({ event, id, payload: JSON.parse(message.data) });
    this.listeners.set(id, listener);
    this.source.addEventListener(event, listener);
    return id;
  }
}

/** From here on the page's commands and events go over HTTP. */
export function reachOverHttp(): void {
  const { invoke, transformCallback, unregister } = new Bridge();
  Object.assign(window, {
    __TAURI_INTERNALS__: { invoke, transformCallback },
    __TAURI_EVENT_PLUGIN_INTERNALS__: { unregisterListener: unregister },
  });
}
