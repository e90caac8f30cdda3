/**
 * The words the page and the office share, as the shell tells them; the rest of the page takes them from here, so that
 * only this folder knows where they come from. Money is always an integer number of kopecks.
 */
import type * as shell from './bindings';

export type {
  AboutView,
  SuspectedDuplicateView,
  Allowed,
  AuthorityView,
  AppStatus,
  AuthKind,
  BackupMade,
  BackupView,
  BalanceView,
  BurningView,
  LineChange,
  Choice,
  FieldChangeView,
  ConnectForm,
  ConnectionReport,
  ConnectionStep,
  ContractReport,
  ContractStatus,
  CouponView,
  DecisionForm,
  DescriptionForm,
  Delivery,
  ErrorClass,
  ErrorCode,
  ErrorDetails,
  ErrorKind,
  EventView,
  EventWhat,
  FactsView,
  Field,
  Failure,
  FieldCode,
  FieldError,
  MatchedEntry,
  GroupView,
  GuestCard,
  GuestFound,
  GuestView,
  HaltReason,
  HaltView,
  JournalHealth,
  KeychainProblem,
  Impossible,
  Kind,
  Kopecks,
  Language,
  LineView,
  ProbeVerdict,
  LogView,
  LossesView,
  Method,
  MethodReport,
  NetworkView,
  Notice,
  OperationForm,
  OperationPage,
  OperationView,
  PhoneFormat,
  PreviewView,
  ProbeView,
  Problem,
  ProfileField,
  ProfileFieldView,
  ProfileView,
  ProposalView,
  ProxyForm,
  ProxyKind,
  QueueView,
  ReceiptView,
  ReconciledView,
  Remember,
  Restaurant,
  Restored,
  RestorePreview,
  Sex,
  State,
  Step,
  StoryView,
  SubjectView,
  SupportFileView,
  SupportFilesView,
  TermView,
  TransactionKind,
  TransactionPage,
  TransactionQuery,
  TransactionView,
  TextKind,
  TypedText,
  Understood,
  UnderstoodValue,
  WaitingView,
} from './bindings';
/** The fields of a guest's profile, in the order of the form: forms, cards and comparisons go by this list. */
export { profileFields } from './bindings';
export type { AppError as ErrorData, AuthForm as SecretForm } from './bindings';

/** `2026-11-30` */
export type IsoDate = string;
/** An instant, `2026-11-23T18:05:00Z`. */
export type IsoInstant = string;
/** The server's clock on the wall, `2026-11-23T21:05:00`: never moved to another zone. */
export type WallTime = string;

/** As the office answers them: nothing is left out. */
export type Settings = Required<Omit<shell.Settings, 'limits'>> & { limits: Required<shell.Limits> };
export type OperationFilter = Required<shell.OperationFilter>;
