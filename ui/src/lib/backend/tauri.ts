import { AppError, type Backend, type BackendEvents } from './backend';
import { commands, events } from './bindings';
import type {
  ConnectForm,
  DecisionForm,
  DescriptionForm,
  ErrorData,
  Method,
  OperationFilter,
  OperationForm,
  ProxyForm,
  Remember,
  SecretConstant,
  SecretConstantEntry,
  SecretConstantForm,
  SecretForm,
  Settings,
  TransactionQuery,
  TypedText,
} from './types';

type Answer<Data> = { status: 'ok'; data: Data } | { status: 'error'; error: ErrorData };

/** A command's answer, or its refusal thrown. */
async function take<Data>(answer: Promise<Answer<Data>>): Promise<Data> {
  let told: Answer<Data>;
  try {
    told = await answer;
  } catch (thrown) {
    throw AppError.from(thrown);
  }
  if (told.status === 'error') throw AppError.from(told.error);
  return told.data;
}

async function done(answer: Promise<Answer<null>>): Promise<void> {
  await take(answer);
}

/** The shell leaves out of the type what has a default when it is read; it never leaves it out of an answer. */
async function whole(answer: Promise<unknown>): Promise<Settings> {
  return (await answer) as Settings;
}

/** The office of the desktop program. */
export class TauriBackend implements Backend {
  pageReady = () => done(commands.pageReady());
  appStatus = () => take(commands.appStatus());
  startTraining = () => take(commands.startTraining());
  leaveTraining = () => take(commands.leaveTraining());
  resetTraining = () => take(commands.resetTraining());
  leaveSafeMode = () => take(commands.leaveSafeMode());
  connect = (form: ConnectForm) => take(commands.connect(form));
  checkConnection = () => take(commands.checkConnection());
  signIn = (secret: SecretForm, remember: Remember, keys: SecretConstantEntry[]) =>
    take(commands.signIn(secret, remember, keys));
  signOut = () => take(commands.signOut());
  network = () => take(commands.network());
  saveProxy = (form: ProxyForm) => take(commands.saveProxy(form));
  addAuthority = (file: number[]) => take(commands.addAuthority(file));
  trustAuthority = (fingerprint: string) => take(commands.trustAuthority(fingerprint));
  removeAuthority = (fingerprint: string) => take(commands.removeAuthority(fingerprint));

  findGuest = (query: string) => take(commands.findGuest(query));
  guestCard = (phone: string, account: string) => take(commands.guestCard(phone, account));
  transactions = (account: string, query: TransactionQuery, offset: number) =>
    take(commands.transactions(account, query, offset));
  receipt = (id: string) => take(commands.receipt(id));
  groups = () => take(commands.groups());
  guestRaw = (phone: string, account: string) => take(commands.guestRaw(phone, account));

  understand = (texts: TypedText[]) => take(commands.understand(texts));

  newOperationId = () => take(commands.newOperationId());
  preview = (form: OperationForm) => take(commands.preview(form));
  submit = (id: string, form: OperationForm, duplicateReason: string | null) =>
    take(commands.submit(id, form, duplicateReason));
  cancelOperation = (id: string) => take(commands.cancelOperation(id));
  reconcile = (id: string) => take(commands.reconcile(id));
  decide = (id: string, decision: DecisionForm) => take(commands.decide(id, decision));
  resend = (id: string, reason: string | null) => take(commands.resend(id, reason));
  operationStory = (id: string) => take(commands.operationStory(id));
  operations = (filter: OperationFilter, after: string | null, size: number) =>
    take(commands.operations(filter, after, size));
  findPurchase = (query: string) => take(commands.findPurchase(query));
  pauseQueue = () => take(commands.pauseQueue());
  resumeQueue = () => take(commands.resumeQueue());

  settings = () => whole(take(commands.settings()));
  saveSettings = (settings: Settings) => whole(take(commands.saveSettings(settings)));
  contractReport = () => take(commands.contractReport());
  findContract = (description: DescriptionForm) => take(commands.findContract(description));
  acceptContract = (id: string) => take(commands.acceptContract(id));
  declineContract = (id: string) => take(commands.declineContract(id));
  seeContractNews = () => take(commands.seeContractNews());
  overruleLine = (method: Method | null, key: string, value: string | null, dryRun: boolean) =>
    take(commands.overruleLine(method, key, value, dryRun));
  exportContract = () => take(commands.exportContract());
  keepSecretConstant = (form: SecretConstantForm) => take(commands.keepSecretConstant(form));
  forgetSecretConstant = (constant: SecretConstant) => take(commands.forgetSecretConstant(constant));
  settleRights = () => done(commands.settleRights());
  probeContract = (phone: string) => take(commands.probeContract(phone));
  draft = (key: string) => take(commands.draft(key));
  saveDraft = (key: string, json: string | null) => done(commands.saveDraft(key, json));
  exportJournal = () => take(commands.exportJournal());
  backupJournal = () => take(commands.backupJournal());
  reopenJournal = () => take(commands.reopenJournal());
  backups = () => take(commands.backups());
  previewRestore = (name: string) => take(commands.previewRestore(name));
  restoreBackup = (name: string) => take(commands.restoreBackup(name));
  addBackup = () => take(commands.addBackup());
  beginJournalAnew = (consent: string) => take(commands.beginJournalAnew(consent));
  acknowledgeRollBack = () => take(commands.acknowledgeRollBack());
  openLogsFolder = () => done(commands.openLogsFolder());
  gatherSupport = () => take(commands.gatherSupport());
  supportText = (name: string, part: number) => take(commands.supportText(name, part));
  saveSupport = () => take(commands.saveSupport());
  acknowledgeCrash = () => take(commands.acknowledgeCrash());
  about = () => take(commands.about());
  openLicences = () => done(commands.openLicences());
  setLogDetail = (detailed: boolean) => take(commands.setLogDetail(detailed));
  update = () => take(commands.update());
  checkUpdate = () => take(commands.checkUpdate());
  installUpdate = () => done(commands.installUpdate());
  postponeUpdate = () => take(commands.postponeUpdate());
  checkUpdatesAtStart = (atStart: boolean) => take(commands.checkUpdatesAtStart(atStart));
  desktop = () => take(commands.desktop());
  openAtSignIn = (on: boolean) => take(commands.openAtSignIn(on));
  showTray = (on: boolean) => take(commands.showTray(on));
  notifyOfOutcomes = (on: boolean) => take(commands.notifyOfOutcomes(on));
  closeWindow = () => done(commands.closeWindow());
  endProgram = () => done(commands.endProgram());

  on<Name extends keyof BackendEvents>(name: Name, handler: (payload: BackendEvents[Name]) => void): () => void {
    let stopped = false;
    const listening = this.listen(name, (payload) => {
      if (!stopped) handler(payload as BackendEvents[Name]);
    });
    return () => {
      stopped = true;
      void listening.then((stop) => stop());
    };
  }

  private listen(name: keyof BackendEvents, told: (payload: unknown) => void): Promise<() => void> {
    switch (name) {
      case 'operationChanged':
        return events.operationChanged.listen((event) => told(event.payload.operation));
      case 'queueChanged':
        return events.queueChanged.listen((event) => told(event.payload.queue));
      case 'sessionChanged':
        return events.sessionChanged.listen((event) => told(event.payload.status));
      case 'updateChanged':
        return events.updateChanged.listen((event) => told(event.payload.update));
      case 'desktopChanged':
        return events.desktopChanged.listen((event) => told(event.payload.desktop));
      case 'desktopAsks':
        return events.desktopAsks.listen((event) => told(event.payload.question));
    }
  }
}
