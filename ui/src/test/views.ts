/** What the office answers, made from recorded answers: a test says only what matters to it. */
import { AppError } from '$lib/backend/backend';
import type {
  AppStatus,
  ContractReport,
  DesktopView,
  ErrorCode,
  ErrorDetails,
  GuestCard,
  GuestView,
  OperationPage,
  OperationView,
  PreviewView,
  QueueView,
  StoryView,
  TransactionView,
  UpdateView,
} from '$lib/backend/types';
import { contract, guest, previews, program, stories, type Told } from './recorded';

/** The number of the last status, or of the last state of the queue. */
let last = 0;
/** The status of the program, each later than the one before. */
export function appStatus(change: Partial<AppStatus> = {}): AppStatus {
  last += 1;
  const status = { ...program.status, insecureHttp: false, ...change, number: last };
  return { ...status, queue: status.queue && { ...status.queue, number: last } };
}
export function atFirstStart(change: Partial<AppStatus> = {}): AppStatus {
  return appStatus({ ...program.wizard, ...change });
}
export function inTraining(change: Partial<AppStatus> = {}): AppStatus {
  return appStatus({ mode: 'training', server: null, secretStorage: 'none', ...change });
}
/** The state of the queue, each later than the one before. */
export function queueView(change: Partial<QueueView> = {}): QueueView {
  last += 1;
  return { ...(program.status.queue as QueueView), number: last, ...change };
}

export const anna = guest.card.guest;
export function guestView(change: Partial<GuestView> = {}): GuestView {
  return { ...anna, ...change };
}
export function guestCard(change: Partial<GuestCard> = {}): GuestCard {
  return { ...guest.card, ...change };
}
/** A row of a history: a purchase at the POS of a restaurant, unless said otherwise. */
export function transactionView(change: Partial<TransactionView> = {}): TransactionView {
  return { ...(guest.history.rows[0] as TransactionView), ...change };
}

export type Form = keyof typeof previews;
export function previewView(form: Form, change: Partial<PreviewView> = {}): PreviewView {
  return { ...previews[form], ...change };
}
export function operationView(told: Told, change: Partial<OperationView> = {}): OperationView {
  return { ...stories[told].operation, ...change };
}
export function storyView(told: Told, change: Partial<OperationView> = {}): StoryView {
  return { operation: operationView(told, change), events: stories[told].events, verifiedBy: null, codes: [] };
}
export function page(rows: OperationView[], change: Partial<OperationPage> = {}): OperationPage {
  return { rows, next: null, total: rows.length, ...change };
}

export function contractReport(change: Partial<ContractReport> = {}): ContractReport {
  return { ...contract.report, ...change };
}

/** What is known of updates: nothing yet, unless said otherwise. */
export function updateView(change: Partial<UpdateView> = {}): UpdateView {
  return {
    version: '0.1.0',
    way: 'installs_itself',
    atStart: true,
    stage: { kind: 'idle' },
    found: null,
    offered: false,
    checkedAt: null,
    ...change,
  };
}

/** The desktop around the window: nothing of it is chosen, unless said otherwise. */
export function desktopView(change: Partial<DesktopView> = {}): DesktopView {
  const none = { isWanted: false, isPossible: true };
  return { autostart: { kind: 'off' }, tray: none, notifications: none, ...change };
}

/** An error that no recorded answer has. */
export function appError(code: ErrorCode, details: ErrorDetails = {}, kind: AppError['class'] = 'refused'): AppError {
  return new AppError({ class: kind, code, message: code, details });
}
