import type {
  AboutView,
  AppStatus,
  BackupView,
  ConnectForm,
  ConnectionReport,
  ContractReport,
  DecisionForm,
  DescriptionForm,
  DesktopQuestion,
  DesktopView,
  ErrorClass,
  ErrorCode,
  ErrorData,
  ErrorDetails,
  GroupView,
  GuestCard,
  GuestFound,
  LogView,
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
  SecretConstant,
  SecretConstantEntry,
  SecretConstantForm,
  Restored,
  RestorePreview,
  SecretForm,
  Settings,
  StoryView,
  SupportFilesView,
  TransactionPage,
  TypedText,
  Understood,
  UpdateView,
} from './types';

function isErrorData(thrown: unknown): thrown is ErrorData {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'details' in thrown;
}

/** A refusal or a failure of the office. The page decides by `code`, never by text. */
export class AppError extends Error implements ErrorData {
  override readonly name = 'AppError';
  readonly class: ErrorClass;
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor({ class: kind, code, message, details }: ErrorData) {
    super(message);
    this.class = kind;
    this.code = code;
    this.details = details;
  }

  /** Anything thrown, as an `AppError`. */
  static from(thrown: unknown): AppError {
    if (thrown instanceof AppError) return thrown;
    if (isErrorData(thrown)) return new AppError(thrown);
    const detail = thrown instanceof Error ? thrown.message : String(thrown);
    return new AppError({ class: 'failed', code: 'internal', message: detail, details: { technical: detail } });
  }
}

export interface BackendEvents {
  operationChanged: OperationView;
  queueChanged: QueueView;
  sessionChanged: AppStatus;
  updateChanged: UpdateView;
  desktopChanged: DesktopView;
  desktopAsks: DesktopQuestion;
}

/** All the page asks of the office. Every method rejects with an {@link AppError} and nothing else. */
export interface Backend {
  /** The first screen is drawn: the window may be shown. */
  pageReady(): Promise<void>;
  appStatus(): Promise<AppStatus>;
  startTraining(): Promise<AppStatus>;
  leaveTraining(): Promise<AppStatus>;
  resetTraining(): Promise<AppStatus>;
  /** Goes on as usual, with the network. */
  leaveSafeMode(): Promise<AppStatus>;
  connect(form: ConnectForm): Promise<AppStatus>;
  checkConnection(): Promise<ConnectionReport>;
  signIn(secret: SecretForm, remember: Remember, keys: SecretConstantEntry[]): Promise<AppStatus>;
  signOut(): Promise<AppStatus>;

  network(): Promise<NetworkView>;
  saveProxy(form: ProxyForm): Promise<NetworkView>;
  /** The bytes of a file of certificates. */
  addAuthority(file: number[]): Promise<NetworkView>;
  /** Lets a certificate count that was put into the folder from outside. */
  trustAuthority(fingerprint: string): Promise<NetworkView>;
  removeAuthority(fingerprint: string): Promise<NetworkView>;

  findGuest(query: string): Promise<GuestFound>;
  guestCard(phone: string, account: string): Promise<GuestCard>;
  transactions(account: string, query: TransactionQuery, offset: number): Promise<TransactionPage>;
  /** `null`: the server knows no such receipt. */
  receipt(id: string): Promise<ReceiptView | null>;
  groups(): Promise<GroupView[]>;
  /** The record as the server sent it, for eyes only. */
  guestRaw(phone: string, account: string): Promise<string>;

  /** What the office understands of texts that are being typed; the answers stand in the order of the texts. */
  understand(texts: TypedText[]): Promise<Understood[]>;

  newOperationId(): Promise<string>;
  preview(form: OperationForm): Promise<PreviewView>;
  /** Sends at most once per `id`: the same id and form again give the same operation. */
  submit(id: string, form: OperationForm, duplicateReason: string | null): Promise<OperationView>;
  cancelOperation(id: string): Promise<OperationView>;
  reconcile(id: string): Promise<ReconciledView>;
  decide(id: string, decision: DecisionForm): Promise<OperationView>;
  resend(id: string, reason: string | null): Promise<OperationView>;
  operationStory(id: string): Promise<StoryView>;
  operations(filter: OperationFilter, after: string | null, size: number): Promise<OperationPage>;
  /** Registered purchases by outside number, GUID, phone or date. */
  findPurchase(query: string): Promise<OperationView[]>;
  pauseQueue(): Promise<QueueView>;
  /** Also lifts a halt. */
  resumeQueue(): Promise<QueueView>;

  settings(): Promise<Settings>;
  saveSettings(settings: Settings): Promise<Settings>;
  contractReport(): Promise<ContractReport>;
  /** Another way to speak to the server: by its description, wherever that is, or by the table. Changes nothing. */
  findContract(description: DescriptionForm): Promise<ProposalView>;
  acceptContract(id: string): Promise<ContractReport>;
  declineContract(id: string): Promise<ContractReport>;
  seeContractNews(): Promise<ContractReport>;
  /** `null` gives the line back to the server. On dryRun nothing is kept. */
  overruleLine(method: Method | null, key: string, value: string | null, dryRun: boolean): Promise<ContractReport>;
  /** Asks where to; `null`: the person thought better of it. */
  exportContract(): Promise<string | null>;
  /** Finds a known guest by phone; only reads. */
  /** Keeps a key that the server wants besides the token. It goes to the keychain, and never comes back. */
  keepSecretConstant(form: SecretConstantForm): Promise<ContractReport>;
  forgetSecretConstant(constant: SecretConstant): Promise<ContractReport>;
  /** The rights are as they were: the description is not to be read anew. */
  settleRights(): Promise<void>;
  probeContract(phone: string): Promise<ProbeView>;
  draft(key: string): Promise<string | null>;
  saveDraft(key: string, json: string | null): Promise<void>;
  /** Asks where to; `null`: the person thought better of it. */
  exportJournal(): Promise<string | null>;
  backupJournal(): Promise<string>;
  /** Opens the journal that could not be opened, if what stood in the way is gone. */
  reopenJournal(): Promise<AppStatus>;
  /** Copies of the journal, newest first; also while the journal itself can't be opened. */
  backups(): Promise<BackupView[]>;
  /** What restoring a copy would cost. */
  previewRestore(name: string): Promise<RestorePreview>;
  restoreBackup(name: string): Promise<Restored>;
  /** Asks for a file and takes it among the copies; `null`: the person thought better of it. */
  addBackup(): Promise<BackupView | null>;
  /** Begins a new journal though one is known that is missing; the consent is as typed. */
  beginJournalAnew(consent: string): Promise<AppStatus>;
  /** The person has seen that the journal was put back from outside. */
  acknowledgeRollBack(): Promise<AppStatus>;
  openLogsFolder(): Promise<void>;
  /** Gathers the files for support, masked; what is gathered is what is saved. */
  gatherSupport(): Promise<SupportFilesView>;
  /** A part of the text of one of them. */
  supportText(name: string, part: number): Promise<string>;
  /** Asks where to; `null`: the person thought better of it. */
  saveSupport(): Promise<string | null>;
  /** The person has seen that an earlier run had a defect. */
  acknowledgeCrash(): Promise<AppStatus>;
  about(): Promise<AboutView>;
  openLicences(): Promise<void>;
  /** Logs in detail for a day, or as usual. */
  setLogDetail(detailed: boolean): Promise<LogView>;

  /** What is known of updates; asks nobody. */
  update(): Promise<UpdateView>;
  checkUpdate(): Promise<UpdateView>;
  /** Fetches and installs the version that was found; the program then starts anew. */
  installUpdate(): Promise<void>;
  /** Offers nothing until tomorrow. */
  postponeUpdate(): Promise<UpdateView>;
  checkUpdatesAtStart(atStart: boolean): Promise<UpdateView>;

  /** What the program does outside its window, as the system says now. */
  desktop(): Promise<DesktopView>;
  openAtSignIn(on: boolean): Promise<DesktopView>;
  showTray(on: boolean): Promise<DesktopView>;
  /** Of outcomes that become known while nobody looks at the window. */
  notifyOfOutcomes(on: boolean): Promise<DesktopView>;
  /** As the cross of the window: hides it where the icon is seen, ends the program where it is not. */
  closeWindow(): Promise<void>;
  endProgram(): Promise<void>;

  on<Name extends keyof BackendEvents>(name: Name, handler: (payload: BackendEvents[Name]) => void): () => void;
}
