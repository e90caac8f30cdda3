import { AppError, type Backend } from '$lib/backend/backend';
import type { FieldError, GuestCard, GuestMade, GuestView, OperationView } from '$lib/backend/types';

export type Finding =
  | { phase: 'idle' }
  | { phase: 'loading' }
  | { phase: 'choose'; guests: GuestView[] }
  | {
      phase: 'not_found';
      phone: string;
      phoneText: string;
      certain: boolean;
      foundBefore?: boolean;
      made?: GuestMade | null;
    }
  | { phase: 'failed'; error: AppError }
  | { phase: 'shown' };

const RECENT = 6;

/** The guest in hand: found by a phone, shown as a card, kept in step with what happens to the account. */
export class GuestStore {
  finding = $state.raw<Finding>({ phase: 'idle' });
  card = $state.raw<GuestCard | null>(null);
  query = $state('');
  /** The phone that was searched, where the card shows another one. */
  foundBy = $state<string | null>(null);
  queryError = $state.raw<FieldError | null>(null);
  recent = $state.raw<GuestView[]>([]);
  /** Grows when the account's history has changed. */
  revision = $state(0);
  private turn = 0;
  /** What was asked for last, to ask again after a failure. */
  private asked: () => Promise<void> = async () => undefined;

  constructor(private readonly backend: Backend) {}

  async find(query: string): Promise<void> {
    const turn = ++this.turn;
    this.asked = () => this.find(query);
    this.queryError = null;
    this.finding = { phase: 'loading' };
    this.card = null;
    try {
      const found = await this.backend.findGuest(query);
      if (turn !== this.turn) return;
      const [first, second] = found.kind === 'found' ? found.guests : [];
      if (found.kind === 'not_found') this.finding = { ...found, phase: 'not_found' };
      else if (first && !second) await this.show(first.phone ?? query, first.account, query, first.foundBy);
      else this.finding = { phase: 'choose', guests: found.guests };
    } catch (thrown) {
      this.fail(turn, thrown);
    }
  }

  /** `foundBy`: the phone that led to this guest, where their record tells another one. */
  open(phone: string, account: string, foundBy: string | null = null): Promise<void> {
    return this.show(phone, account, this.query, foundBy);
  }

  retry(): Promise<void> {
    return this.asked();
  }

  /** Reads the card again under the eyes of the operator: what is shown stays until the new one is here. */
  async reload(): Promise<void> {
    const shown = this.card?.guest;
    if (shown?.phone) await this.read(shown.phone, shown.account);
  }

  follow(operation: OperationView): void {
    const shown = this.card?.guest.account;
    if (shown && operation.subject.account === shown && operation.state !== 'sending') void this.reload();
  }

  clear(): void {
    this.turn += 1;
    this.finding = { phase: 'idle' };
    this.card = null;
    this.query = '';
    this.queryError = null;
    this.recent = [];
  }

  /** Shows a guest; what led to them leaves the search, unless something else was begun there meanwhile. */
  private async show(phone: string, account: string, typed: string, foundBy: string | null): Promise<void> {
    if (!(await this.read(phone, account))) return;
    this.foundBy = this.card && foundBy;
    if (this.query === typed) this.query = '';
  }

  /** Reads a card; whether it is shown now. What is being typed into the search stays. */
  private async read(phone: string, account: string): Promise<boolean> {
    const turn = ++this.turn;
    this.asked = () => this.open(phone, account);
    if (this.card?.guest.account !== account) {
      this.card = null;
      this.finding = { phase: 'loading' };
    }
    try {
      const card = await this.backend.guestCard(phone, account);
      if (turn !== this.turn) return false;
      this.take(card);
      return true;
    } catch (thrown) {
      this.fail(turn, thrown);
      return false;
    }
  }

  private take(card: GuestCard): void {
    this.card = card;
    this.finding = { phase: 'shown' };
    this.revision += 1;
    this.recent = [card.guest, ...this.recent.filter((one) => one.account !== card.guest.account)].slice(0, RECENT);
  }

  private fail(turn: number, thrown: unknown): void {
    if (turn !== this.turn) return;
    const error = AppError.from(thrown);
    const field = error.details.fields?.[0];
    if (error.code === 'invalid_input' && field) {
      this.queryError = field;
      this.finding = { phase: 'idle' };
    } else {
      this.finding = { phase: 'failed', error };
    }
  }
}
