/**
 * Answers of the real program, recorded by `cargo xtask answers` and compared in every run of the Rust tests. The types
 * of a JSON file are wider than the program's, hence the casts here and nowhere else.
 */
import { AppError } from '$lib/backend/backend';
import type {
  AppStatus,
  BackupView,
  ConnectionReport,
  ContractReport,
  ErrorData,
  GroupView,
  GuestCard,
  GuestFound,
  NetworkView,
  PreviewView,
  ReceiptView,
  ReconciledView,
  Settings,
  StoryView,
  TransactionPage,
  TypedText,
  Understood,
} from '$lib/backend/types';
import contractJson from './answers/contract.json';
import guestJson from './answers/guest.json';
import operationsJson from './answers/operations.json';
import previewsJson from './answers/previews.json';
import programJson from './answers/program.json';
import refusalsJson from './answers/refusals.json';
import typedJson from './answers/typed.json';

export const program = programJson as unknown as {
  wizard: AppStatus;
  status: AppStatus;
  settings: Settings;
  groups: GroupView[];
  network: NetworkView;
  connection: ConnectionReport;
  backups: BackupView[];
};
export const guest = guestJson as unknown as {
  found: Extract<GuestFound, { kind: 'found' }>;
  notFound: GuestFound;
  card: GuestCard;
  history: TransactionPage;
  receipt: ReceiptView;
  outsideReceipt: ReceiptView;
};
const { reconciled: shown, ...told } = operationsJson;
export type Told = keyof typeof told;
export const stories = told as unknown as Record<Told, StoryView>;
export const reconciled = shown as unknown as ReconciledView;
export const previews = previewsJson as unknown as Record<keyof typeof previewsJson, PreviewView>;
export const contract = contractJson as unknown as { report: ContractReport };

const typed = typedJson as unknown as Record<string, Understood | undefined>;
/** What the program understood of typed texts. A text that is not recorded has to be added to the Rust scene first. */
export function understood(texts: TypedText[]): Understood[] {
  return texts.map(({ key, kind, text, of }) => {
    const name = kind === 'share' ? `share ${text} of ${of ?? ''}` : `${kind} ${text}`;
    const told = typed[name.replace(/[\u00a0\u202f]/g, ' ')];
    if (!told) throw new Error(`no answer is recorded for "${name}"`);
    return { ...told, key };
  });
}

export type Refusal = keyof typeof refusalsJson;
const refusals = refusalsJson as unknown as Record<Refusal, ErrorData>;
/** An error as the program told it, to be given as an answer. */
export function refused(name: Refusal): AppError {
  return new AppError(refusals[name]);
}
