import type { Backend, BackendEvents } from '../backend';
import type {
  AppStatus,
  BackupView,
  ConnectForm,
  ConnectionReport,
  ContractReport,
  DecisionForm,
  DescriptionForm,
  GuestCard,
  GuestFound,
  HaltReason,
  Method,
  NetworkView,
  ProxyForm,
  TransactionQuery,
  OperationFilter,
  OperationForm,
  OperationPage,
  OperationView,
  PreviewView,
  ProbeView,
  ProposalView,
  QueueView,
  ReceiptView,
  ReconciledView,
  Remember,
  Restored,
  RestorePreview,
  SecretForm,
  Settings,
  StoryView,
  TransactionPage,
  TypedText,
  Understood,
} from '../types';
import { fakeBackups } from './backups';
import { FakeContract } from './contract';
import { append, overtake, prepared, previewOf, type Stored } from './operations';
import { FakeNetwork } from './network';
import { defaultOptions, type FakeOptions } from './options';
import { seedOperation } from './past';
import { phoneText, seedGuests, seedReceipt } from './seed';
import { rowsLike, send } from './sending';
import { appError, checkSecret, Fields, invalid } from './validate';
import { understood } from './understand';
import { World } from './world';

const PAGE = 100;

/** An office in the browser's memory: no server, no file, but every state that the real one can be in. */
export class FakeBackend implements Backend {
  private readonly world: World;
  private readonly way: FakeNetwork;
  private readonly contract: FakeContract;

  constructor(options: Partial<FakeOptions> = {}) {
    this.world = new World({ ...defaultOptions, ...options });
    this.way = new FakeNetwork(this.world.options);
    this.contract = new FakeContract(this.world);
    for (let index = 0; index < this.options.journal; index += 1) seedOperation(this.world, index);
  }

  get options(): FakeOptions {
    return this.world.options;
  }
  get drafts(): Map<string, string> {
    return this.world.drafts;
  }
  get operationsKept(): Stored[] {
    return this.world.operations;
  }
  /** How often each operation was really sent. */
  get sent(): Map<string, number> {
    return this.world.sent;
  }
  /** The balance after the newest operation surprises, and everything is halted. */
  halt(reason: HaltReason): void {
    this.options.halt = reason;
    this.world.queueMoved();
  }

  on<Name extends keyof BackendEvents>(name: Name, handler: (payload: BackendEvents[Name]) => void): () => void {
    return this.world.on(name, handler);
  }

  async pageReady(): Promise<void> {
    await this.world.wait();
  }
  async appStatus(): Promise<AppStatus> {
    await this.world.wait();
    return this.world.status();
  }
  async startTraining(): Promise<AppStatus> {
    return this.world.move({ phase: 'ready', mode: 'training' });
  }
  async leaveTraining(): Promise<AppStatus> {
    return this.world.move({ mode: 'live' });
  }
  async resetTraining(): Promise<AppStatus> {
    this.world.guests = seedGuests();
    this.world.operations.length = 0;
    this.world.drafts.clear();
    return this.world.move({});
  }
  async connect(form: ConnectForm): Promise<AppStatus> {
    await this.world.wait();
    const fields = new Fields();
    if (form.url.trim() === '') fields.fail('url', 'required');
    else if (!/^https?:\/\/\S+$/i.test(form.url.trim())) fields.fail('url', 'not_a_url');
    checkSecret(form.auth, fields);
    fields.done();
    if (this.options.keychainProblem && form.remember === 'keychain') {
      throw appError(`keychain_${this.options.keychainProblem}`, {}, 'failed');
    }
    this.way.pass();
    return this.world.move({ phase: 'ready', mode: 'live', insecure: /^http:/i.test(form.url.trim()) });
  }
  async signIn(secret: SecretForm, _remember: Remember): Promise<AppStatus> {
    await this.world.wait();
    const fields = new Fields();
    checkSecret(secret, fields);
    fields.done();
    return this.world.move({ signInAgain: false });
  }
  async signOut(): Promise<AppStatus> {
    return this.world.move({ signInAgain: true });
  }
  async network(): Promise<NetworkView> {
    await this.world.wait();
    return this.way.show();
  }
  async saveProxy(form: ProxyForm): Promise<NetworkView> {
    await this.world.wait();
    return this.way.save(form);
  }
  async addAuthority(file: number[]): Promise<NetworkView> {
    await this.world.wait();
    return this.way.add(file);
  }
  async trustAuthority(): Promise<NetworkView> {
    return this.way.show();
  }
  async removeAuthority(fingerprint: string): Promise<NetworkView> {
    await this.world.wait();
    return this.way.remove(fingerprint);
  }
  async checkConnection(): Promise<ConnectionReport> {
    await this.world.wait();
    return {
      ok: true,
      steps: [
        { step: 'resolve', error: null, count: null },
        { step: 'connect', error: null, count: null },
        { step: 'tls', error: null, count: null },
        { step: 'answer', error: null, count: null },
        { step: 'authorise', error: null, count: null },
        { step: 'groups', error: null, count: this.world.groups.length },
        { step: 'template_group', error: null, count: 1 },
        { step: 'contract', error: null, count: 13 },
      ],
    };
  }

  async findGuest(query: string): Promise<GuestFound> {
    await this.world.wait();
    if (this.options.silent) throw appError('timeout', {}, 'failed');
    const fields = new Fields();
    const phone = fields.phone('query', query);
    fields.done();
    const found = this.world.guests.filter((guest) => guest.view.phone === phone).map((guest) => guest.view);
    return found.length > 0
      ? { kind: 'found', guests: found }
      : { kind: 'not_found', phone, phoneText: phoneText(phone), certain: true };
  }
  async guestCard(_phone: string, account: string): Promise<GuestCard> {
    await this.world.wait();
    const guest = this.world.guest(account);
    const operations = this.world.operations.map((one) => one.view).filter((one) => one.subject.account === account);
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
    await this.world.wait();
    let rows = this.world.guest(account).rows;
    let short = false;
    if (query.kind === 'last') {
      const most = this.world.options.rowsAtOnce || query.count;
      short = most < query.count && most < rows.length;
      rows = rows.slice(0, Math.min(most, query.count));
    } else {
      const fields = new Fields();
      const from = fields.date('from', query.from);
      const to = fields.date('to', query.to);
      if (fields.errors.length === 0 && to < from) fields.fail('to', 'ends_before_begin');
      fields.done();
      rows = rows.filter((row) => row.at.slice(0, 10) >= from && row.at.slice(0, 10) <= to);
    }
    const end = offset + PAGE;
    return { rows: rows.slice(offset, end), total: rows.length, short, next: end < rows.length ? end : null };
  }
  async receipt(id: string): Promise<ReceiptView | null> {
    await this.world.wait();
    const row = this.world.guests.flatMap((guest) => guest.rows).find((one) => one.receipt === id);
    return seedReceipt(id, row);
  }
  async groups() {
    await this.world.wait();
    const { noTemplate } = this.options;
    return this.world.groups.map((group) => ({ ...group, haveTemplate: group.haveTemplate && !noTemplate }));
  }
  async guestRaw(_phone: string, account: string): Promise<string> {
    await this.world.wait();
    return JSON.stringify(this.world.guest(account).view, null, 2);
  }

  async understand(texts: TypedText[]): Promise<Understood[]> {
    await this.world.wait();
    return texts.map(understood);
  }

  async newOperationId(): Promise<string> {
    await this.world.wait();
    return crypto.randomUUID();
  }
  async preview(form: OperationForm): Promise<PreviewView> {
    await this.world.wait();
    if (this.options.halt) throw appError('halted');
    const { facts: _facts, change: _change, ...shown } = previewOf(form, this.world);
    return shown;
  }
  async submit(id: string, form: OperationForm, duplicateReason: string | null): Promise<OperationView> {
    const known = this.world.operations.find((one) => one.view.id === id);
    if (known) {
      if (known.form !== JSON.stringify(form)) throw appError('id_reused');
      return known.view;
    }
    if (this.options.halt) throw appError('halted');
    if (this.options.overtaken) overtake(form, this.world);
    const preview = previewOf(form, this.world);
    if (preview.suspectedDuplicates.length > 0 && !duplicateReason)
      throw appError('possible_duplicate', { suspectedDuplicates: preview.suspectedDuplicates });
    const stored = prepared(id, form, preview, this.world.now(), this.world.settings);
    this.world.operations.unshift(stored);
    await send(this.world, stored, preview.change);
    return stored.view;
  }
  async cancelOperation(id: string): Promise<OperationView> {
    const stored = await this.world.stored(id);
    if (stored.view.state !== 'prepared') throw appError('wrong_state');
    append(
      stored,
      this.world.now(),
      { event: 'cancelled', operator: this.world.settings.operator },
      { state: 'cancelled', dueAt: null },
    );
    return this.world.changed(stored);
  }
  async reconcile(id: string): Promise<ReconciledView> {
    const stored = await this.world.stored(id);
    const candidates = rowsLike(this.world, stored.view);
    const verdict = candidates.length > 0 ? 'ambiguous' : 'absent_perhaps';
    append(stored, this.world.now(), { event: 'probed', verdict, candidates });
    return { operation: this.world.changed(stored), verdict, candidates };
  }
  async decide(id: string, decision: DecisionForm): Promise<OperationView> {
    const stored = await this.world.stored(id);
    if (stored.view.state !== 'unknown') throw appError('wrong_state');
    const state = ({ applied: 'confirmed', not_applied: 'not_applied', ask_later: 'unknown' } as const)[
      decision.verdict
    ];
    const found = rowsLike(this.world, stored.view).find((row) => row.proof === decision.proof) ?? null;
    const { operator } = this.world.settings;
    append(stored, this.world.now(), { event: 'decided', state, operator, reason: decision.reason, found }, { state });
    return this.world.changed(stored);
  }
  async resend(id: string): Promise<OperationView> {
    const stored = await this.world.stored(id);
    if (stored.view.state !== 'not_applied') throw appError('wrong_state');
    append(
      stored,
      this.world.now(),
      { event: 'resent', operator: this.world.settings.operator },
      { state: 'prepared' },
    );
    const { balanceBefore, balanceExpected } = stored.view;
    await send(this.world, stored, (balanceExpected ?? 0) - (balanceBefore ?? 0));
    return stored.view;
  }
  async operationStory(id: string): Promise<StoryView> {
    const stored = await this.world.stored(id);
    return { operation: stored.view, events: stored.events, verifiedBy: null };
  }
  async operations(filter: OperationFilter, after: string | null, size: number): Promise<OperationPage> {
    await this.world.wait();
    const fields = new Fields();
    const from = filter.from === '' ? '' : fields.date('from', filter.from);
    const to = filter.to === '' ? '9999' : fields.date('to', filter.to);
    fields.done();
    const text = filter.text.trim().toLowerCase();
    const found = this.world.operations
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
    await this.world.wait();
    const text = query.trim().toLowerCase();
    if (text === '') throw invalid([{ field: 'query', code: 'required' }]);
    return this.world.operations
      .map((one) => one.view)
      .filter(
        (one) =>
          one.facts.kind === 'register_check' && JSON.stringify([one.facts, one.subject]).toLowerCase().includes(text),
      );
  }
  async pauseQueue(): Promise<QueueView> {
    await this.world.wait();
    this.world.paused = true;
    return this.world.queueMoved();
  }
  async resumeQueue(): Promise<QueueView> {
    await this.world.wait();
    this.world.paused = false;
    this.options.halt = null;
    return this.world.queueMoved();
  }

  async settings(): Promise<Settings> {
    await this.world.wait();
    return structuredClone(this.world.settings);
  }
  async saveSettings(settings: Settings): Promise<Settings> {
    await this.world.wait();
    const fields = new Fields();
    settings.restaurants.forEach(({ code }, row) => {
      if (!/^\d{1,10}$/.test(code)) fields.fail(`restaurants.${row}.code`, code === '' ? 'required' : 'not_a_number');
    });
    fields.done();
    this.world.settings = structuredClone(settings);
    return structuredClone(settings);
  }
  async contractReport(): Promise<ContractReport> {
    await this.world.wait();
    return this.contract.report();
  }
  async findContract(description: DescriptionForm): Promise<ProposalView> {
    return description.kind === 'file'
      ? this.contract.read(description.name, description.text)
      : this.contract.find(description.kind === 'address' ? description.address : '');
  }

  async acceptContract(id: string): Promise<ContractReport> {
    await this.world.wait();
    return this.contract.settle(id, true);
  }
  async declineContract(id: string): Promise<ContractReport> {
    await this.world.wait();
    return this.contract.settle(id, false);
  }
  async seeContractNews(): Promise<ContractReport> {
    await this.world.wait();
    return this.contract.seen();
  }
  async overruleLine(method: Method | null, key: string, value: string | null, trial: boolean) {
    await this.world.wait();
    return this.contract.overrule(method, key, value, trial);
  }
  async exportContract(): Promise<string | null> {
    await this.world.wait();
    return 'C:\\Users\\olga\\Documents\\probonus-contract.json';
  }
  async probeContract(phone: string): Promise<ProbeView> {
    await this.world.wait();
    return this.contract.probe(phone);
  }
  async draft(key: string): Promise<string | null> {
    await this.world.wait();
    this.mayKeep(key);
    return this.world.drafts.get(key) ?? null;
  }
  async saveDraft(key: string, json: string | null): Promise<void> {
    await this.world.wait();
    this.mayKeep(key);
    if (json === null) this.world.drafts.delete(key);
    else this.world.drafts.set(key, json);
  }
  /** Drafts live in the journal, and before the first start there is none; those of the program itself do not. */
  private mayKeep(key: string): void {
    if (this.options.phase === 'wizard' && !key.startsWith('program.')) throw appError('not_started');
  }
  async exportJournal(): Promise<string | null> {
    await this.world.wait();
    return 'C:\\Users\\olga\\Documents\\journal.jsonl';
  }
  async backupJournal(): Promise<string> {
    await this.world.wait();
    return 'C:\\Users\\olga\\AppData\\Roaming\\ProBonus Office\\backup\\journal-2026-11-23.db';
  }
  async reopenJournal(): Promise<AppStatus> {
    await this.world.wait();
    this.options.health = 'sound';
    return this.world.status();
  }
  async backups(): Promise<BackupView[]> {
    await this.world.wait();
    return fakeBackups(this.world.operations.length);
  }
  async previewRestore(name: string): Promise<RestorePreview> {
    const backup = (await this.backups()).find((one) => one.name === name);
    if (!backup) throw appError('backup_not_found');
    if (backup.problem) throw appError(backup.problem, {}, 'failed');
    const newer = this.world.operations.length - (backup.operations ?? 0);
    const lost = this.world.operations.slice(0, newer).map(({ view }) => view);
    return { backup, losses: { missing: lost.length, behind: 0, sent: lost.length, operations: lost.slice(0, 200) } };
  }
  async restoreBackup(name: string): Promise<Restored> {
    const { backup } = await this.previewRestore(name);
    this.world.operations.splice(0, this.world.operations.length - (backup.operations ?? 0));
    this.world.queueMoved();
    return { status: await this.world.move({ health: 'sound' }), kept: 'journal-before-restore-20261123T090000Z.db' };
  }
  async addBackup(): Promise<BackupView | null> {
    return (await this.backups()).at(0) ?? null;
  }
  async beginJournalAnew(consent: string): Promise<AppStatus> {
    await this.world.wait();
    if (!['начать заново', 'begin anew'].includes(consent.trim().toLowerCase())) {
      throw appError('invalid_input', { fields: [{ field: 'consent', code: 'not_understood' }] }, 'invalid');
    }
    this.world.operations.splice(0);
    this.world.queueMoved();
    return this.world.move({ health: 'sound' });
  }
  async acknowledgeRollBack(): Promise<AppStatus> {
    return this.world.move({ rolledBack: false });
  }
  async openLogsFolder(): Promise<void> {
    await this.world.wait();
  }
}
