import type { BackendEvents } from '../backend';
import type { AppStatus, ContractStatus, GroupView, OperationView, QueueView, Settings } from '../types';
import type { Stored } from './operations';
import type { FakeOptions } from './options';
import { defaultSettings, groups, seedGuests, TODAY, type FakeGuest } from './seed';
import { appError } from './validate';

type Handlers = { [Name in keyof BackendEvents]: Set<(payload: BackendEvents[Name]) => void> };

/** All that the make-believe office remembers, and how it tells the page of a change. */
export class World {
  readonly drafts = new Map<string, string>();
  readonly operations: Stored[] = [];
  /** How often each operation was really sent. */
  readonly sent = new Map<string, number>();
  guests: FakeGuest[] = seedGuests();
  settings: Settings = structuredClone(defaultSettings);
  readonly groups: GroupView[] = groups;
  paused = false;
  private readonly handlers: Handlers = {
    operationChanged: new Set(),
    queueChanged: new Set(),
    sessionChanged: new Set(),
  };
  private statuses = 0;
  private clock = Date.parse(`${TODAY}T09:00:00Z`);

  /** What the frame is told of the contract. */
  contract: ContractStatus = { impossible: [], hold: null, hasNews: false, phonesKnown: true };

  constructor(readonly options: FakeOptions) {}

  on<Name extends keyof BackendEvents>(name: Name, handler: (payload: BackendEvents[Name]) => void): () => void {
    this.handlers[name].add(handler);
    return () => this.handlers[name].delete(handler);
  }
  /** The clock goes a second further with every look at it. */
  now(): string {
    this.clock += 1000;
    return new Date(this.clock).toISOString();
  }
  wait(): Promise<void> {
    return this.options.delay > 0 ? new Promise((done) => setTimeout(done, this.options.delay)) : Promise.resolve();
  }

  guest(account: string): FakeGuest {
    const guest = this.guests.find((one) => one.view.account === account);
    if (!guest) throw appError('account_not_found');
    return guest;
  }
  async stored(id: string): Promise<Stored> {
    await this.wait();
    const stored = this.operations.find((one) => one.view.id === id);
    if (!stored) throw appError('operation_not_found');
    return stored;
  }

  changed(stored: Stored): OperationView {
    for (const handler of this.handlers.operationChanged) handler(stored.view);
    this.queueMoved();
    return stored.view;
  }
  statusMoved(): void {
    const status = this.status();
    for (const handler of this.handlers.sessionChanged) handler(status);
  }
  queueMoved(): QueueView {
    const queue = this.queue();
    for (const handler of this.handlers.queueChanged) handler(queue);
    return queue;
  }
  async move(change: Partial<FakeOptions>): Promise<AppStatus> {
    await this.wait();
    Object.assign(this.options, change);
    return this.status();
  }

  queue(): QueueView {
    const count = (state: string) => this.operations.filter((one) => one.view.state === state).length;
    const { halt } = this.options;
    return {
      prepared: count('prepared'),
      sending: count('sending'),
      unknown: count('unknown'),
      paused: this.paused,
      canary: this.options.canary ? (this.operations[0]?.view.id ?? '') : null,
      halt: halt && {
        reason: halt,
        operation: this.operations[0]?.view.id ?? '',
        at: this.now(),
        expected: 50_000,
        seen: 500,
      },
      nextDue: null,
    };
  }
  status(): AppStatus {
    const { phase, mode, insecure, keychainProblem, signInAgain } = this.options;
    const url = insecure ? 'http://probonus.example.ru:6896' : 'https://probonus.example.ru:6896';
    return {
      number: ++this.statuses,
      phase,
      mode,
      server: phase === 'wizard' || mode === 'training' ? null : { url, auth: 'token', login: null },
      session: signInAgain ? 'sign_in_again' : 'signed_in',
      clockAhead: null,
      secretStorage: keychainProblem ? 'memory' : 'keychain',
      keychainProblem,
      operator: this.settings.operator,
      version: '0.1.0',
      today: TODAY,
      queue: this.options.health === 'sound' ? this.queue() : null,
      contract: mode === 'training' ? { impossible: [], hold: null, hasNews: false, phonesKnown: true } : this.contract,
      insecureHttp: insecure,
      journal: {
        path: 'C:\\Users\\olga\\AppData\\Roaming\\ProBonus Office\\journal.db',
        health: this.options.health,
        rolledBack: this.options.rolledBack ? { forgotten: 2, doubted: 1 } : null,
        shared: false,
      },
      language: this.settings.language,
    };
  }
}
