import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import { AppError, type Backend, type BackendEvents } from './backend';
import type {
  AppStatus,
  ConnectForm,
  ConnectionReport,
  ContractReport,
  DecisionForm,
  ErrorData,
  GroupView,
  GuestCard,
  GuestFound,
  HistoryQuery,
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
} from './types';

/** Name of each event at the shell, and the field of its payload that the page is told. */
const events = {
  operationChanged: ['operation-changed', 'operation'],
  queueChanged: ['queue-changed', 'queue'],
  sessionChanged: ['session-changed', 'status'],
} as const;

function isErrorData(thrown: unknown): thrown is ErrorData {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'details' in thrown;
}

async function call<Answer>(command: string, args?: Record<string, unknown>): Promise<Answer> {
  try {
    return await invoke<Answer>(command, args);
  } catch (thrown) {
    throw isErrorData(thrown) ? new AppError(thrown) : AppError.from(thrown);
  }
}

/** The office of the desktop program. */
export class TauriBackend implements Backend {
  pageReady = () => call<void>('page_ready');
  appStatus = () => call<AppStatus>('app_status');
  startTraining = () => call<AppStatus>('start_training');
  leaveTraining = () => call<AppStatus>('leave_training');
  resetTraining = () => call<AppStatus>('reset_training');
  connect = (form: ConnectForm) => call<AppStatus>('connect', { form });
  checkConnection = () => call<ConnectionReport>('check_connection');
  signIn = (auth: SecretForm, remember: Remember) => call<AppStatus>('sign_in', { auth, remember });
  signOut = () => call<AppStatus>('sign_out');

  findGuest = (query: string) => call<GuestFound>('find_guest', { query });
  guestCard = (phone: string, account: string) => call<GuestCard>('guest_card', { phone, account });
  transactions = (account: string, query: HistoryQuery, offset: number) =>
    call<TransactionPage>('transactions', { account, query, offset });
  receipt = (id: string) => call<ReceiptView | null>('receipt', { id });
  groups = () => call<GroupView[]>('groups');
  guestRaw = (phone: string, account: string) => call<string>('guest_raw', { phone, account });

  newOperationId = () => call<string>('new_operation_id');
  preview = (form: OperationForm) => call<PreviewView>('preview', { form });
  submit = (id: string, form: OperationForm, duplicateReason: string | null) =>
    call<OperationView>('submit', { id, form, duplicateReason });
  cancelOperation = (id: string) => call<OperationView>('cancel_operation', { id });
  reconcile = (id: string) => call<ReconciledView>('reconcile', { id });
  decide = (id: string, decision: DecisionForm) => call<OperationView>('decide', { id, decision });
  resend = (id: string) => call<OperationView>('resend', { id });
  operationStory = (id: string) => call<StoryView>('operation_story', { id });
  operations = (filter: OperationFilter, after: string | null, size: number) =>
    call<OperationPage>('operations', { filter, after, size });
  findPurchase = (query: string) => call<OperationView[]>('find_purchase', { query });
  pauseQueue = () => call<QueueView>('pause_queue');
  resumeQueue = () => call<QueueView>('resume_queue');

  settings = () => call<Settings>('settings');
  saveSettings = (settings: Settings) => call<Settings>('save_settings', { settings });
  contractReport = () => call<ContractReport>('contract_report');
  draft = (key: string) => call<string | null>('draft', { key });
  saveDraft = (key: string, json: string | null) => call<void>('save_draft', { key, json });
  exportJournal = () => call<string | null>('export_journal');
  backupJournal = () => call<string>('backup_journal');
  openLogsFolder = () => call<void>('open_logs_folder');

  on<Name extends keyof BackendEvents>(name: Name, handler: (payload: BackendEvents[Name]) => void): () => void {
    const [event, field] = events[name];
    let stopped = false;
    const listening = listen<Record<string, BackendEvents[Name]>>(event, ({ payload }) => {
      const told = payload[field];
      if (!stopped && told !== undefined) handler(told);
    });
    return () => {
      stopped = true;
      void listening.then((stop) => stop());
    };
  }
}
