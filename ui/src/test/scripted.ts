import { AppError, type BackendEvents } from '$lib/backend/backend';
import { defaults } from './defaults';
import { InTurn, type Answer, type Answers, type Asked, type Commands, type Name, type Script } from './script';

export { inTurn, type Answers } from './script';

interface Call {
  name: Name;
  asked: unknown[];
}
type Handlers = { [N in keyof BackendEvents]: Set<(payload: BackendEvents[N]) => void> };

/**
 * An office that answers what the test says, and knows nothing itself: no checks, no states, no clock. What the test does
 * not say is answered as the real program answered once. Each call is written down; drafts are kept, for the page's sake.
 */
class Scripted {
  readonly calls: Call[] = [];
  readonly drafts = new Map<string, string>();
  private readonly script: Script;
  private readonly handlers: Handlers = {
    operationChanged: new Set(),
    queueChanged: new Set(),
    sessionChanged: new Set(),
    updateChanged: new Set(),
    desktopChanged: new Set(),
    desktopAsks: new Set(),
  };

  constructor(answers: Answers) {
    this.script = { ...defaults(this.drafts), ...answers } as Script;
  }

  /** From now on these are answered so. */
  answer(answers: Answers): void {
    Object.assign(this.script, answers);
  }

  /** What a command was asked, call by call. */
  asked<N extends Name>(name: N): Asked<N>[] {
    return this.calls.filter((call) => call.name === name).map((call) => call.asked as Asked<N>);
  }

  /** Tells the page something that it did not ask for. */
  emit<N extends keyof BackendEvents>(name: N, payload: BackendEvents[N]): void {
    for (const handler of [...this.handlers[name]]) handler(payload);
  }

  on<N extends keyof BackendEvents>(name: N, handler: (payload: BackendEvents[N]) => void): () => void {
    this.handlers[name].add(handler);
    return () => this.handlers[name].delete(handler);
  }

  async call<N extends Name>(name: N, asked: Asked<N>): Promise<Answer<N>> {
    this.calls.push({ name, asked: JSON.parse(JSON.stringify(asked)) as unknown[] });
    const scripted: unknown = this.script[name];
    const step: unknown = scripted instanceof InTurn ? scripted.take() : scripted;
    const answer = typeof step === 'function' ? await (step as (...asked: Asked<N>) => unknown)(...asked) : step;
    if (answer instanceof AppError) throw answer;
    return structuredClone(answer) as Answer<N>;
  }

  get names(): Name[] {
    return Object.keys(this.script) as Name[];
  }
}

export type ScriptedBackend = Scripted & Commands;

export function scripted(answers: Answers = {}): ScriptedBackend {
  const backend = new Scripted(answers);
  const commands = backend.names.map((name) => [name, (...asked: never[]) => backend.call(name, asked as never)]);
  return Object.assign(backend, Object.fromEntries(commands) as Commands);
}

/** An answer that is held back until the test lets it go. */
export function held<T>(answer: T): { step: () => Promise<T>; letGo: () => void } {
  let letGo: () => void = () => undefined;
  const gone = new Promise<void>((done) => (letGo = done));
  return { step: () => gone.then(() => answer), letGo: () => letGo() };
}
