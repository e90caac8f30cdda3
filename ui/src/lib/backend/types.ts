/** The words the page and the office share. Money is always an integer number of kopecks. */

export type Kopecks = number;
/** `2026-11-30` */
export type IsoDate = string;
/** An instant, `2026-11-23T18:05:00Z`. */
export type IsoInstant = string;
/** The server's clock on the wall, `2026-11-23T21:05:00`: never moved to another zone. */
export type WallTime = string;

// ---------------------------------------------------------------- guests

export interface GroupView {
  id: string;
  name: string;
  haveTemplate: boolean;
}
export type Sex = 'male' | 'female';
/** A profile as read, and the form it is edited in: every text may be empty. */
export interface ProfileView {
  surname: string;
  name: string;
  patronymic: string;
  /** ISO from the office; `30.11.1990` or ISO to it. */
  birthday: string;
  sex: Sex | null;
  email: string;
  identifiers: string[];
}
export interface CouponView {
  name: string;
  code: string | null;
  validUntil: IsoDate | null;
}
export interface GuestView {
  account: string;
  phone: string | null;
  phoneText: string | null;
  fullName: string;
  profile: ProfileView;
  groupId: string | null;
  groupName: string | null;
  level: { name: string; percent: string | null } | null;
  balance: Kopecks | null;
  turnover: Kopecks | null;
  coupons: CouponView[];
  blocked: boolean | null;
}
export type GuestFound =
  { kind: 'found'; guests: GuestView[] } | { kind: 'not_found'; phone: string; phoneText: string };
export interface BurningView {
  date: IsoDate;
  sum: Kopecks;
}
export interface BalanceView {
  balance: Kopecks;
  burning: BurningView[];
}
export interface GuestCard {
  guest: GuestView;
  balance: BalanceView | null;
  balanceError: ErrorData | null;
  lastTransactions: TransactionView[];
  transactionsError: ErrorData | null;
  operations: OperationView[];
}
export type TransactionKind = 'accrual' | 'payment' | 'refill' | 'burning' | 'welcome' | 'return' | 'other';
export interface TransactionView {
  id: string | null;
  at: WallTime;
  kind: TransactionKind;
  kindName: string | null;
  sum: Kopecks;
  balanceAfter: Kopecks | null;
  moneySpent: Kopecks | null;
  comment: string | null;
  receipt: string | null;
  checkGuid: string | null;
  externalCheck: string | null;
  restCode: string | null;
}
export interface TransactionPage {
  rows: TransactionView[];
  total: number;
  /** Offset of the next page; `null` at the end. */
  next: number | null;
}
export type HistoryQuery = { kind: 'last'; count: number } | { kind: 'period'; from: string; to: string };
export interface ReceiptLineView {
  name: string;
  quantity: string | null;
  price: Kopecks | null;
  sum: Kopecks | null;
}
export interface ReceiptView {
  id: string;
  number: string | null;
  at: WallTime | null;
  restaurant: string | null;
  station: string | null;
  waiter: string | null;
  total: Kopecks | null;
  discount: Kopecks | null;
  paid: Kopecks | null;
  bonusSpent: Kopecks | null;
  bonusAccrued: Kopecks | null;
  lines: ReceiptLineView[];
  linesTotal: number;
  text: string | null;
  checkGuid: string | null;
  externalCheck: string | null;
  returned: boolean | null;
}

// ---------------------------------------------------------------- operations

export type Kind = 'create_guest' | 'edit_guest' | 'refill' | 'register_check' | 'return_check';
export type State = 'prepared' | 'sending' | 'confirmed' | 'rejected' | 'unknown' | 'cancelled' | 'not_applied';
export interface SubjectView {
  account: string | null;
  phone: string | null;
  phoneText: string | null;
  name: string;
  group: string | null;
}
export interface ChangeView {
  field: string;
  before: string;
  after: string;
}
export type FactsView =
  | { kind: 'create_guest'; group: string; profile: ProfileView }
  | { kind: 'edit_guest'; changes: ChangeView[] }
  | { kind: 'refill'; sum: Kopecks; comment: string }
  | {
      kind: 'register_check';
      restCode: string;
      checkGuid: string;
      station: number;
      outsideNumber: string;
      moneySpent: Kopecks;
      discount: Kopecks;
      bonusSpent: Kopecks;
      bonusAccrued: Kopecks;
      contents: string;
      purchasedAt: string | null;
    }
  | { kind: 'return_check'; restCode: string; checkGuid: string; station: number; outsideNumber: string };
/** What may be done with an operation now. */
export interface Allowed {
  cancel: boolean;
  reconcile: boolean;
  decide: boolean;
  resend: boolean;
  returnPurchase: boolean;
}
export type Delivery = 'not_sent' | 'refused' | 'unknown';
export type ServerErrorKind =
  | 'name_not_resolved'
  | 'cannot_connect'
  | 'certificate'
  | 'proxy'
  | 'timeout'
  | 'connection_lost'
  | 'answer_too_large'
  | 'redirect'
  | 'not_pro_bonus'
  | 'unreadable'
  | 'sign_in_again'
  | 'forbidden'
  | 'no_such_method'
  | 'refused'
  | 'server_fault'
  | 'unsupported'
  | 'invalid_request';
export interface FailureView {
  kind: ServerErrorKind;
  delivery: Delivery;
  status: number | null;
  serverMessage: string | null;
  detail: string | null;
}
export interface OperationView {
  id: string;
  /** The mark it carries in comments: `#1a2b3c4d`. */
  short: string;
  kind: Kind;
  state: State;
  subject: SubjectView;
  operator: string;
  reason: string;
  createdAt: IsoInstant;
  updatedAt: IsoInstant;
  attempts: number;
  dueAt: IsoInstant | null;
  balanceBefore: Kopecks | null;
  balanceExpected: Kopecks | null;
  balanceAfter: Kopecks | null;
  balanceExplained: Kopecks | null;
  failure: FailureView | null;
  proof: string | null;
  receipt: string | null;
  returnedBy: string | null;
  version: number;
  sum: Kopecks | null;
  facts: FactsView;
  allowed: Allowed;
}
export interface FoundView {
  proof: string;
  exact: boolean;
  summary: string;
  sum: Kopecks | null;
  receipt: string | null;
}
/** What the server shows of an operation; `absent_perhaps`: it might simply not be shown. */
export type Verdict = 'found' | 'absent' | 'absent_perhaps' | 'ambiguous';
export type EventWhat =
  | { event: 'prepared'; operator: string; reason: string }
  | { event: 'sending'; attempt: number; balanceBefore: Kopecks | null }
  | { event: 'not_sent'; failure: FailureView; dueAt: IsoInstant | null }
  | { event: 'confirmed'; proof: string | null }
  | { event: 'rejected'; failure: FailureView }
  | { event: 'unknown'; failure: FailureView | null }
  | { event: 'looked'; verdict: Verdict; candidates: FoundView[] }
  | { event: 'reconciled'; state: State; found: FoundView | null }
  | { event: 'decided'; state: State; operator: string; reason: string; found: FoundView | null }
  | { event: 'resent'; operator: string }
  | { event: 'cancelled'; operator: string }
  | {
      event: 'balance_read';
      before: Kopecks | null;
      expected: Kopecks | null;
      after: Kopecks | null;
      explained: Kopecks | null;
      surprise: boolean;
    }
  | { event: 'returned'; by: string };
export type EventView = { number: number; at: IsoInstant } & EventWhat;
export interface StoryView {
  operation: OperationView;
  events: EventView[];
}
export interface ReconciledView {
  operation: OperationView;
  verdict: Verdict;
  candidates: FoundView[];
}
export interface DecisionForm {
  verdict: 'applied' | 'not_applied' | 'ask_later';
  reason: string;
  /** The server's row the operator pointed at. */
  proof: string | null;
}
export interface OperationFilter {
  kinds: Kind[];
  states: State[];
  from: string;
  to: string;
  text: string;
  account: string | null;
  unknownOnTop: boolean;
}
export interface OperationPage {
  rows: OperationView[];
  next: string | null;
  /** Counted up to 10 000. */
  total: number;
}

// ---------------------------------------------------------------- forms: as typed, parsed by the office

export type OperationForm =
  | { kind: 'create_guest'; group: string; phone: string; profile: ProfileView }
  | { kind: 'edit_guest'; phone: string; account: string; before: ProfileView; after: ProfileView }
  | { kind: 'refill'; phone: string; account: string; sum: string; reason: string; note: string }
  | {
      kind: 'register_check';
      phone: string;
      account: string;
      restCode: string;
      station: string;
      outsideNumber: string;
      purchasedAt: string;
      moneySpent: string;
      discount: string;
      bonusSpent: string;
      bonusAccrued: string;
      contents: string;
      /** A GUID the purchase already has; empty: the office gives it one. */
      checkGuid: string;
    }
  | { kind: 'return_check'; purchase: string };

export interface PreviewView {
  subject: SubjectView;
  facts: FactsView;
  balanceBefore: Kopecks | null;
  balanceExpected: Kopecks | null;
  /** Like operations of the journal: it needs a reason. */
  alike: OperationView[];
  /** Like rows of the server's history: it needs a reason. */
  alikeOnServer: TransactionView[];
}

// ---------------------------------------------------------------- errors

export type FieldCode =
  | 'required'
  | 'not_a_number'
  | 'not_a_phone'
  | 'too_precise'
  | 'not_positive'
  | 'negative'
  | 'too_large'
  | 'over_limit'
  | 'too_short'
  | 'too_long'
  | 'impossible'
  | 'not_a_date'
  | 'in_the_future'
  | 'too_long_ago'
  | 'not_a_guid'
  | 'not_an_email'
  | 'not_a_url'
  | 'not_in_list'
  | 'bad_characters'
  | 'ends_before_begin'
  | 'above_balance'
  | 'unchanged'
  | 'repeated';
export interface FieldError {
  field: string;
  code: FieldCode;
}
export type ErrorClass = 'invalid' | 'refused' | 'failed';
export type ErrorCode =
  | 'invalid_input'
  | 'phone_known'
  | 'group_has_no_template'
  | 'no_template_group'
  | 'account_not_found'
  | 'account_changed'
  | 'balance_too_low'
  | 'over_limit'
  | 'guid_taken'
  | 'outside_number_taken'
  | 'possible_duplicate'
  | 'purchase_not_found'
  | 'purchase_not_standing'
  | 'already_returned'
  | 'id_reused'
  | 'unknown_pending'
  | 'halted'
  | 'unsupported'
  | 'stale'
  | 'operation_not_found'
  | 'wrong_state'
  | 'proof_taken'
  | 'not_connected'
  | 'wrong_mode'
  | 'unfinished_operations'
  | 'not_started'
  | 'name_not_resolved'
  | 'cannot_connect'
  | 'certificate'
  | 'proxy'
  | 'timeout'
  | 'connection_lost'
  | 'answer_too_large'
  | 'redirect'
  | 'not_pro_bonus'
  | 'unreadable'
  | 'sign_in_again'
  | 'forbidden'
  | 'no_such_method'
  | 'server_refused'
  | 'server_fault'
  | 'invalid_request'
  | 'disk_full'
  | 'journal_read_only'
  | 'journal_locked'
  | 'journal_corrupt'
  | 'journal_newer'
  | 'journal_failed'
  | 'keychain_locked'
  | 'keychain_missing'
  | 'keychain_refused'
  | 'keychain_timeout'
  | 'settings_newer'
  | 'settings_not_saved'
  | 'file_not_written'
  | 'training_failed'
  | 'internal';
export interface ErrorDetails {
  fields?: FieldError[];
  guest?: GuestView | null;
  operation?: string | null;
  balance?: Kopecks | null;
  limit?: Kopecks | null;
  alike?: OperationView[];
  alikeOnServer?: TransactionView[];
  versions?: { read: ProfileView; wanted: ProfileView; now: ProfileView } | null;
  halt?: HaltView | null;
  delivery?: Delivery | null;
  status?: number | null;
  serverMessage?: string | null;
  technical?: string | null;
}
export interface ErrorData {
  class: ErrorClass;
  code: ErrorCode;
  /** For the log and the "details" fold; never shown as the message itself. */
  message: string;
  details: ErrorDetails;
}

// ---------------------------------------------------------------- the program

export type HaltReason = 'factor_of_hundred' | 'wrong_sign' | 'no_change' | 'other';
export interface HaltView {
  reason: HaltReason;
  operation: string | null;
  at: IsoInstant | null;
  /** The change of the balance that was expected, and the one that was seen. */
  expected: Kopecks | null;
  seen: Kopecks | null;
}
export interface QueueView {
  prepared: number;
  sending: number;
  unknown: number;
  paused: boolean;
  halt: HaltView | null;
  nextDue: IsoInstant | null;
}
export type AuthKind = 'token' | 'login';
export type KeychainProblem = 'locked' | 'missing' | 'refused' | 'timeout';
export type JournalHealth =
  'closed' | 'open' | 'sound' | 'corrupt' | 'newer' | 'locked' | 'read_only' | 'disk_full' | 'failed';
export interface AppStatus {
  phase: 'wizard' | 'ready';
  mode: 'live' | 'training';
  server: { url: string; auth: AuthKind; login: string | null } | null;
  session: 'signed_in' | 'sign_in_again' | 'offline_unknown';
  secretStorage: 'keychain' | 'memory' | 'none';
  keychainProblem: KeychainProblem | null;
  operator: string;
  version: string;
  today: IsoDate;
  queue: QueueView | null;
  insecureHttp: boolean;
  journal: { path: string; health: JournalHealth };
  language: string;
}
export type Remember = 'keychain' | 'memory';
export type SecretForm = { kind: 'token'; token: string } | { kind: 'login'; login: string; password: string };
export interface ConnectForm {
  url: string;
  auth: SecretForm;
  remember: Remember;
}
export type Step = 'session' | 'template_group' | 'contract';
export interface ConnectionStep {
  step: Step;
  error: ErrorData | null;
  count: number | null;
}
export interface ConnectionReport {
  steps: ConnectionStep[];
  ok: boolean;
}
export type Method =
  | 'login'
  | 'refresh_token'
  | 'groups'
  | 'find_by_phone'
  | 'insert_by_template'
  | 'update'
  | 'refill'
  | 'transactions_of_period'
  | 'last_transactions'
  | 'balance_extended'
  | 'receipt'
  | 'register_check'
  | 'return_check';
export interface MethodReport {
  method: Method;
  verb: string;
  path: string;
  support: 'as_table' | 'adapted' | 'unsupported';
  notes: string[];
}
export interface ContractReport {
  document: string | null;
  methods: MethodReport[];
}
export interface Restaurant {
  code: string;
  name: string;
}
export interface Settings {
  version: number;
  language: string;
  operator: string;
  restaurants: Restaurant[];
  station: string;
  defaultGroup: string | null;
  accrualPercent: string;
  refillReasons: string[];
  limits: { refill: Kopecks; check: Kopecks };
  rowsInHistory: number;
}
