import type { Backend, BackendEvents } from '../backend';
import type {
  AppStatus,
  ConnectForm,
  ConnectionReport,
  ContractReport,
  DecisionForm,
  Found,
  GuestCard,
  GuestFound,
  TransactionQuery,
  Method,
  OperationFilter,
  OperationForm,
  OperationPage,
  OperationView,
  PreviewView,
  QueueView,
  ReceiptView,
  ReconciledView,
  Remember,
  SecretForm,
  Settings,
  StoryView,
  TransactionPage,
} from '../types';
import { append, failures, prepared, previewOf, type FakePreview, type Stored } from './operations';
import { defaultOptions, type FakeOptions } from './options';
import { defaultSettings, emptyRow, groups, phoneText, seedGuests, seedReceipt, TODAY, type FakeGuest } from './seed';
import { appError, Fields, invalid } from './validate';

const PAGE = 100;
type Handlers = { [Name in keyof BackendEvents]: Set<(payload: BackendEvents[Name]) => void> };

/** An office in the browser's memory: no server, no file, but every state that the real one can be in. */
export class FakeBackend implements Backend {
  readonly options: FakeOptions;
  readonly drafts = new Map<string, string>();
  readonly operationsKept: Stored[] = [];
  /** How often each operation was really sent. */
  readonly sent = new Map<string, number>();
  private guests: FakeGuest[] = seedGuests();
  private kept: Settings = structuredClone(defaultSettings);
  private paused = false;
  private readonly handlers: Handlers = {
    operationChanged: new Set(),
    queueChanged: new Set(),
    sessionChanged: new Set(),
  };
  private clock = Date.parse(`${TODAY}T09:00:00Z`);

  constructor(options: Partial<FakeOptions> = {}) {
    this.options = { ...defaultOptions, ...options };
    for (let index = 0; index < this.options.journal; index += 1) this.seedOperation(index);
  }

  on<Name extends keyof BackendEvents>(name: Name, handler: (payload: BackendEvents[Name]) => void): () => void {
    this.handlers[name].add(handler);
    return () => this.handlers[name].delete(handler);
  }

  async pageReady(): Promise<void> {
    await this.wait();
  }
  async appStatus(): Promise<AppStatus> {
    await this.wait();
    return this.status();
  }
  async startTraining(): Promise<AppStatus> {
    return this.move({ phase: 'ready', mode: 'training' });
  }
  async leaveTraining(): Promise<AppStatus> {
    return this.move({ mode: 'live' });
  }
  async resetTraining(): Promise<AppStatus> {
    this.guests = seedGuests();
    this.operationsKept.length = 0;
    this.drafts.clear();
    return this.move({});
  }
  async connect(form: ConnectForm): Promise<AppStatus> {
    await this.wait();
    const fields = new Fields();
    if (form.url.trim() === '') fields.fail('url', 'required');
    else if (!/^https?:\/\/\S+$/i.test(form.url.trim())) fields.fail('url', 'not_a_url');
    this.checkSecret(form.auth, fields);
    fields.done();
    if (this.options.keychainProblem && form.remember === 'keychain') {
      throw appError(`keychain_${this.options.keychainProblem}`, {}, 'failed');
    }
    return this.move({ phase: 'ready', mode: 'live', insecure: /^http:/i.test(form.url.trim()) });
  }
  async signIn(secret: SecretForm, _remember: Remember): Promise<AppStatus> {
    await this.wait();
    const fields = new Fields();
    this.checkSecret(secret, fields);
    fields.done();
    return this.move({ signInAgain: false });
  }
  async signOut(): Promise<AppStatus> {
    return this.move({ signInAgain: true });
  }
  async checkConnection(): Promise<ConnectionReport> {
    await this.wait();
    return {
      ok: true,
      steps: [
        { step: 'resolve', error: null, count: null },
        { step: 'connect', error: null, count: null },
        { step: 'tls', error: null, count: null },
        { step: 'answer', error: null, count: null },
        { step: 'authorise', error: null, count: null },
        { step: 'groups', error: null, count: groups.length },
        { step: 'template_group', error: null, count: 1 },
        { step: 'contract', error: null, count: 13 },
      ],
    };
  }

  async findGuest(query: string): Promise<GuestFound> {
    await this.wait();
    const fields = new Fields();
    const phone = fields.phone('query', query);
    fields.done();
    const found = this.guests.filter((guest) => guest.view.phone === phone).map((guest) => guest.view);
    return found.length > 0
      ? { kind: 'found', guests: found }
      : { kind: 'not_found', phone, phoneText: phoneText(phone) };
  }
  async guestCard(_phone: string, account: string): Promise<GuestCard> {
    await this.wait();
    const guest = this.guest(account);
    const operations = this.operationsKept.map((one) => one.view).filter((one) => one.subject.account === account);
    return structuredClone({
      guest: guest.view,
      balance: guest.balance,
      balanceError: null,
      lastTransactions: guest.rows.slice(0, 20),
      transactionsError: null,
      operations: operations.slice(0, 20),
    });
  }
  async transactions(account: string, query: TransactionQuery, offset: number): Promise<TransactionPage> {
    await this.wait();
    let rows = this.guest(account).rows;
    if (query.kind === 'last') {
      rows = rows.slice(0, query.count);
    } else {
      const fields = new Fields();
      const from = fields.date('from', query.from);
      const to = fields.date('to', query.to);
      if (fields.errors.length === 0 && to < from) fields.fail('to', 'ends_before_begin');
      fields.done();
      rows = rows.filter((row) => row.at.slice(0, 10) >= from && row.at.slice(0, 10) <= to);
    }
    const end = offset + PAGE;
    return { rows: rows.slice(offset, end), total: rows.length, next: end < rows.length ? end : null };
  }
  async receipt(id: string): Promise<ReceiptView | null> {
    await this.wait();
    const row = this.guests.flatMap((guest) => guest.rows).find((one) => one.receipt === id);
    return seedReceipt(id, row);
  }
  async groups() {
    await this.wait();
    return structuredClone(groups);
  }
  async guestRaw(_phone: string, account: string): Promise<string> {
    await this.wait();
    return JSON.stringify(this.guest(account).view, null, 2);
  }

  async newOperationId(): Promise<string> {
    await this.wait();
    return crypto.randomUUID();
  }
  async preview(form: OperationForm): Promise<PreviewView> {
    await this.wait();
    const { facts: _facts, change: _change, ...shown } = previewOf(form, this.world());
    return shown;
  }
  async submit(id: string, form: OperationForm, duplicateReason: string | null): Promise<OperationView> {
    const known = this.operationsKept.find((one) => one.view.id === id);
    if (known) {
      if (known.form !== JSON.stringify(form)) throw appError('id_reused');
      return known.view;
    }
    if (this.options.halt) throw appError('halted');
    const preview = previewOf(form, this.world());
    if (preview.alike.length > 0 && !duplicateReason) throw appError('possible_duplicate', { alike: preview.alike });
    const stored = prepared(id, form, preview, this.now(), this.kept);
    this.operationsKept.unshift(stored);
    await this.send(stored, preview.change);
    return stored.view;
  }
  async cancelOperation(id: string): Promise<OperationView> {
    const stored = await this.stored(id);
    if (stored.view.state !== 'prepared') throw appError('wrong_state');
    append(
      stored,
      this.now(),
      { event: 'cancelled', operator: this.kept.operator },
      { state: 'cancelled', dueAt: null },
    );
    return this.changed(stored);
  }
  async reconcile(id: string): Promise<ReconciledView> {
    const stored = await this.stored(id);
    const candidates = this.rowsLike(stored.view);
    const verdict = candidates.length > 0 ? 'ambiguous' : 'absent_perhaps';
    append(stored, this.now(), { event: 'looked', verdict, candidates });
    return { operation: this.changed(stored), verdict, candidates };
  }
  async decide(id: string, decision: DecisionForm): Promise<OperationView> {
    const stored = await this.stored(id);
    if (stored.view.state !== 'unknown') throw appError('wrong_state');
    const state = ({ applied: 'confirmed', not_applied: 'not_applied', ask_later: 'unknown' } as const)[
      decision.verdict
    ];
    const found = this.rowsLike(stored.view).find((row) => row.proof === decision.proof) ?? null;
    const { operator } = this.kept;
    append(stored, this.now(), { event: 'decided', state, operator, reason: decision.reason, found }, { state });
    return this.changed(stored);
  }
  async resend(id: string): Promise<OperationView> {
    const stored = await this.stored(id);
    if (stored.view.state !== 'not_applied') throw appError('wrong_state');
    append(stored, this.now(), { event: 'resent', operator: this.kept.operator }, { state: 'prepared' });
    const { balanceBefore, balanceExpected } = stored.view;
    await this.send(stored, (balanceExpected ?? 0) - (balanceBefore ?? 0));
    return stored.view;
  }
  async operationStory(id: string): Promise<StoryView> {
    const stored = await this.stored(id);
    return { operation: stored.view, events: stored.events };
  }
  async operations(filter: OperationFilter, after: string | null, size: number): Promise<OperationPage> {
    await this.wait();
    const fields = new Fields();
    const from = filter.from === '' ? '' : fields.date('from', filter.from);
    const to = filter.to === '' ? '9999' : fields.date('to', filter.to);
    fields.done();
    const text = filter.text.trim().toLowerCase();
    const found = this.operationsKept
      .map((one) => one.view)
      .filter((one) => filter.kinds.length === 0 || filter.kinds.includes(one.kind))
      .filter((one) => filter.states.length === 0 || filter.states.includes(one.state))
      .filter((one) => one.createdAt.slice(0, 10) >= from && one.createdAt.slice(0, 10) <= to)
      .filter((one) =>
        JSON.stringify([one.subject, one.facts, one.reason, one.operator, one.id]).toLowerCase().includes(text),
      )
      .sort((one, other) => Number(other.state === 'unknown') - Number(one.state === 'unknown'));
    const start = Number(after ?? 0);
    const end = start + size;
    return {
      rows: found.slice(start, end),
      next: end < found.length ? String(end) : null,
      total: Math.min(found.length, 10_000),
    };
  }
  async findPurchase(query: string): Promise<OperationView[]> {
    await this.wait();
    const text = query.trim().toLowerCase();
    if (text === '') throw invalid([{ field: 'query', code: 'required' }]);
    return this.operationsKept
      .map((one) => one.view)
      .filter(
        (one) =>
          one.facts.kind === 'register_check' && JSON.stringify([one.facts, one.subject]).toLowerCase().includes(text),
      );
  }
  async pauseQueue(): Promise<QueueView> {
    await this.wait();
    this.paused = true;
    return this.queueMoved();
  }
  async resumeQueue(): Promise<QueueView> {
    await this.wait();
    this.paused = false;
    this.options.halt = null;
    return this.queueMoved();
  }

  async settings(): Promise<Settings> {
    await this.wait();
    return structuredClone(this.kept);
  }
  async saveSettings(settings: Settings): Promise<Settings> {
    await this.wait();
    const fields = new Fields();
    settings.restaurants.forEach(({ code }, row) => {
      if (!/^\d{1,10}$/.test(code)) fields.fail(`restaurants.${row}.code`, code === '' ? 'required' : 'not_a_number');
    });
    fields.done();
    this.kept = structuredClone(settings);
    return structuredClone(settings);
  }
  async contractReport(): Promise<ContractReport> {
    await this.wait();
    const lines: [Method, string, string][] = [
      ['login', 'POST', '/api/v0/auth/login'],
      ['refresh_token', 'POST', '/api/v0/auth/refresh_token'],
      ['groups', 'GET', '/api/v0/account_groups/list'],
      ['find_by_phone', 'GET', '/api/v0/accounts/find_by_phone'],
      ['insert_by_template', 'POST', '/api/v0/accounts/insert_by_template'],
      ['update', 'POST', '/api/v0/accounts/update'],
      ['refill', 'POST', '/api/v0/accounts/refill'],
      ['transactions_of_period', 'POST', '/api/v0/accounts/transactions'],
      ['last_transactions', 'POST', '/api/v0/accounts/transactions'],
      ['balance_extended', 'POST', '/api/v0/accounts/get_balance_extended'],
      ['receipt', 'POST', '/api/v0/checks/get_by_id'],
      ['register_check', 'POST', '/api/v0/external/register_check'],
      ['return_check', 'POST', '/api/v0/external/return_check'],
    ];
    return {
      document: 'http://localhost/swagger.json',
      common: [],
      methods: lines.map(([method, verb, path]) => ({
        method,
        verb,
        path,
        support: verb === 'GET' ? 'adapted' : 'as_table',
        notes: verb === 'GET' ? ['GET with a query instead of POST'] : [],
      })),
    };
  }
  async draft(key: string): Promise<string | null> {
    await this.wait();
    return this.drafts.get(key) ?? null;
  }
  async saveDraft(key: string, json: string | null): Promise<void> {
    await this.wait();
    if (json === null) this.drafts.delete(key);
    else this.drafts.set(key, json);
  }
  async exportJournal(): Promise<string | null> {
    await this.wait();
    return 'C:\\Users\\olga\\Documents\\journal.jsonl';
  }
  async backupJournal(): Promise<string> {
    await this.wait();
    return 'C:\\Users\\olga\\AppData\\Roaming\\ProBonus Office\\backup\\journal-2026-11-23.db';
  }
  async openLogsFolder(): Promise<void> {
    await this.wait();
  }

  private async send(stored: Stored, change: number): Promise<void> {
    const { id } = stored.view;
    append(
      stored,
      this.now(),
      { event: 'sending', attempt: stored.view.attempts + 1, balanceBefore: stored.view.balanceBefore },
      {
        state: 'sending',
        attempts: stored.view.attempts + 1,
      },
    );
    this.changed(stored);
    await this.wait();
    this.settle(stored, change);
    if (this.options.fate !== 'offline') this.sent.set(id, (this.sent.get(id) ?? 0) + 1);
    this.changed(stored);
  }

  private settle(stored: Stored, change: number): void {
    const at = this.now();
    if (this.options.fate === 'offline') {
      const dueAt = new Date(Date.parse(at) + 30_000).toISOString();
      append(
        stored,
        at,
        { event: 'not_sent', failure: failures.offline, dueAt },
        { state: 'prepared', dueAt, failure: failures.offline },
      );
    } else if (this.options.fate === 'refused') {
      append(
        stored,
        at,
        { event: 'rejected', failure: failures.refused },
        { state: 'rejected', failure: failures.refused },
      );
    } else if (this.options.fate === 'unknown') {
      append(
        stored,
        at,
        { event: 'unknown', failure: failures.timeout },
        { state: 'unknown', failure: failures.timeout },
      );
    } else {
      append(stored, at, { event: 'confirmed', proof: null }, { state: 'confirmed' });
      this.apply(stored, change);
    }
  }

  private apply(stored: Stored, change: number): void {
    const { facts, subject } = stored.view;
    if (facts.kind === 'create_guest') {
      const account = String(2000 + this.guests.length);
      const [template] = seedGuests();
      if (!template) return;
      const view = {
        ...template.view,
        ...subject,
        account,
        fullName: subject.name,
        profile: facts.profile,
        coupons: [],
        balance: 0,
      };
      view.phoneText = phoneText(subject.phone ?? '');
      this.guests.push({ view, balance: { balance: 0, burning: [] }, rows: [] });
      stored.view = { ...stored.view, subject: { ...subject, account, phoneText: view.phoneText } };
      return;
    }
    const guest = this.guests.find((one) => one.view.account === subject.account);
    if (!guest) return;
    if (facts.kind === 'edit_guest') {
      const profile = { ...guest.view.profile } as Record<string, unknown>;
      for (const { field, after } of facts.changes)
        profile[field] = field === 'identifiers' ? after.split(', ') : after;
      guest.view.profile = profile as unknown as typeof guest.view.profile;
      guest.view.fullName = [guest.view.profile.surname, guest.view.profile.name, guest.view.profile.patronymic]
        .filter(Boolean)
        .join(' ');
      return;
    }
    const before = guest.balance.balance;
    guest.balance = { ...guest.balance, balance: before + change };
    guest.view.balance = before + change;
    const check = facts.kind === 'refill' ? null : facts;
    guest.rows.unshift({
      ...emptyRow(this.now().slice(0, 19), change),
      id: stored.view.id,
      kind: facts.kind === 'refill' ? 'refill' : facts.kind === 'return_check' ? 'return' : 'accrual',
      balanceAfter: before + change,
      comment: facts.kind === 'refill' ? facts.comment : facts.kind === 'register_check' ? facts.contents : null,
      receipt: facts.kind === 'register_check' ? `r-${stored.view.id}` : null,
      moneySpent: facts.kind === 'register_check' ? facts.moneySpent : null,
      checkGuid: check?.checkGuid ?? null,
      externalCheck: check?.outsideNumber ?? null,
    });
    if (facts.kind === 'return_check') this.markReturned(facts.checkGuid, stored.view.id);
    append(
      stored,
      this.now(),
      {
        event: 'balance_read',
        before,
        expected: before + change,
        after: before + change,
        explained: null,
        surprise: false,
      },
      { balanceBefore: before, balanceExpected: before + change, balanceAfter: before + change },
    );
  }

  private markReturned(guid: string, by: string): void {
    const purchase = this.operationsKept.find(
      ({ view }) => view.facts.kind === 'register_check' && view.facts.checkGuid === guid,
    );
    if (purchase) append(purchase, this.now(), { event: 'returned', by }, { returnedBy: by });
  }

  private rowsLike(operation: OperationView): Found[] {
    const guest = this.guests.find((one) => one.view.account === operation.subject.account);
    return (guest?.rows ?? []).slice(0, 2).map((row) => ({
      proof: row.id ?? row.at,
      exact: false,
      summary: `${row.at.replace('T', ' ').slice(0, 16)} ${row.comment ?? row.kind}`,
      sum: row.sum,
      account: operation.subject.account,
      receipt: row.receipt,
    }));
  }

  /** Operations of the days before, in every state. */
  private seedOperation(index: number): void {
    const guest = this.guests[index % this.guests.length];
    if (!guest?.view.phone) return;
    const { account, phone } = guest.view;
    const form: OperationForm =
      index % 3 === 0
        ? { kind: 'refill', phone, account, sum: String(100 + index * 10), reason: 'Компенсация', note: '' }
        : {
            kind: 'register_check',
            phone,
            account,
            restCode: index % 2 ? '101' : '102',
            station: '999',
            outsideNumber: `DLV-${4100 + index}`,
            purchasedAt: '20.11.2026',
            moneySpent: String(1200 + index * 37),
            discount: '0',
            bonusSpent: '0',
            bonusAccrued: '60',
            contents: '',
            checkGuid: '',
          };
    const change = form.kind === 'refill' ? (100 + index * 10) * 100 : 6000;
    const facts = form.kind === 'refill' ? null : form;
    const at = new Date(this.clock - index * 5_400_000).toISOString();
    const preview: FakePreview = {
      change,
      subject: {
        account,
        phone,
        phoneText: guest.view.phoneText,
        name: guest.view.fullName,
        group: guest.view.groupName,
      },
      facts: facts
        ? {
            kind: 'register_check',
            restCode: facts.restCode,
            checkGuid: crypto.randomUUID(),
            station: 999,
            outsideNumber: facts.outsideNumber,
            moneySpent: Number(facts.moneySpent) * 100,
            discount: 0,
            bonusSpent: 0,
            bonusAccrued: 6000,
            contents: '',
            purchasedAt: '2026-11-20T00:00:00',
          }
        : { kind: 'refill', sum: change, comment: 'Компенсация' },
      kind: form.kind,
      guest: guest.view,
      group: null,
      changes: [],
      balanceBefore: 50_000,
      balanceExpected: 50_000 + change,
      alike: [],
      notices: [],
    };
    const stored = prepared(crypto.randomUUID(), form, preview, at, this.kept);
    append(stored, at, { event: 'sending', attempt: 1, balanceBefore: 50_000 }, { state: 'sending', attempts: 1 });
    if (index === 4 || index === 9)
      append(
        stored,
        at,
        { event: 'unknown', failure: failures.timeout },
        { state: 'unknown', failure: failures.timeout },
      );
    else if (index % 11 === 6)
      append(
        stored,
        at,
        { event: 'rejected', failure: failures.refused },
        { state: 'rejected', failure: failures.refused },
      );
    else append(stored, at, { event: 'confirmed', proof: null }, { state: 'confirmed', balanceAfter: 50_000 + change });
    this.operationsKept.push(stored);
  }

  private world() {
    return { guests: this.guests, operations: this.operationsKept, settings: this.kept, groups };
  }
  private guest(account: string): FakeGuest {
    const guest = this.guests.find((one) => one.view.account === account);
    if (!guest) throw appError('account_not_found');
    return guest;
  }
  private async stored(id: string): Promise<Stored> {
    await this.wait();
    const stored = this.operationsKept.find((one) => one.view.id === id);
    if (!stored) throw appError('operation_not_found');
    return stored;
  }
  private checkSecret(secret: SecretForm, fields: Fields): void {
    if (secret.kind === 'token') fields.line('token', secret.token);
    else {
      fields.line('login', secret.login);
      fields.line('password', secret.password);
    }
  }
  private async move(change: Partial<FakeOptions>): Promise<AppStatus> {
    await this.wait();
    Object.assign(this.options, change);
    return this.status();
  }
  private changed(stored: Stored): OperationView {
    for (const handler of this.handlers.operationChanged) handler(stored.view);
    this.queueMoved();
    return stored.view;
  }
  private queueMoved(): QueueView {
    const queue = this.queue();
    for (const handler of this.handlers.queueChanged) handler(queue);
    return queue;
  }
  private queue(): QueueView {
    const count = (state: string) => this.operationsKept.filter((one) => one.view.state === state).length;
    const { halt } = this.options;
    return {
      prepared: count('prepared'),
      sending: count('sending'),
      unknown: count('unknown'),
      paused: this.paused,
      halt: halt && {
        reason: halt,
        operation: this.operationsKept[0]?.view.id ?? '',
        at: this.now(),
        expected: 50_000,
        seen: 500,
      },
      nextDue: null,
    };
  }
  private status(): AppStatus {
    const { phase, mode, insecure, keychainProblem, signInAgain } = this.options;
    const url = insecure ? 'http://probonus.example.ru:6896' : 'https://probonus.example.ru:6896';
    return {
      phase,
      mode,
      server: phase === 'wizard' || mode === 'training' ? null : { url, auth: 'token', login: null },
      session: signInAgain ? 'sign_in_again' : 'signed_in',
      secretStorage: keychainProblem ? 'memory' : 'keychain',
      keychainProblem,
      operator: this.kept.operator,
      version: '0.1.0',
      today: TODAY,
      queue: this.queue(),
      insecureHttp: insecure,
      journal: { path: 'C:\\Users\\olga\\AppData\\Roaming\\ProBonus Office\\journal.db', health: 'sound' },
      language: this.kept.language,
    };
  }
  private now(): string {
    this.clock += 1000;
    return new Date(this.clock).toISOString();
  }
  private wait(): Promise<void> {
    return this.options.delay > 0 ? new Promise((done) => setTimeout(done, this.options.delay)) : Promise.resolve();
  }
}
