import { AppError, type Backend } from '$lib/backend/backend';
import type { Kind, OperationFilter, OperationView, State } from '$lib/backend/types';

const PAGE = 100;

export interface JournalFilter {
  text: string;
  kind: Kind | '';
  state: State | '';
  from: string;
  to: string;
}
export const emptyFilter: JournalFilter = { text: '', kind: '', state: '', from: '', to: '' };

/** All operations, as the journal is asked for them. */
export const allOperations: OperationFilter = {
  text: '',
  kinds: [],
  states: [],
  from: '',
  to: '',
  account: null,
  unknownOnTop: false,
};

/** The list of operations, page after page, kept in step with what happens. */
export class JournalStore {
  rows = $state.raw<OperationView[]>([]);
  total = $state(0);
  loading = $state(false);
  read = $state(false);
  error = $state.raw<AppError | null>(null);
  private filter = emptyFilter;
  private next: string | null = null;
  private turn = 0;

  constructor(private readonly backend: Backend) {}

  async show(filter: JournalFilter): Promise<void> {
    this.filter = filter;
    this.next = null;
    await this.load(true);
  }

  async more(): Promise<void> {
    if (!this.loading && !this.error && this.next !== null) await this.load(false);
  }

  /** An operation has changed: its row follows; a new one makes the list be read again. */
  follow(operation: OperationView): void {
    const at = this.rows.findIndex((row) => row.id === operation.id);
    if (at >= 0) this.rows = this.rows.with(at, operation);
    else void this.load(true);
  }

  private async load(anew: boolean): Promise<void> {
    const turn = ++this.turn;
    this.loading = true;
    this.error = null;
    const { kind, state, ...rest } = this.filter;
    const filter: OperationFilter = {
      ...rest,
      kinds: kind ? [kind] : [],
      states: state ? [state] : [],
      account: null,
      unknownOnTop: true,
    };
    try {
      const page = await this.backend.operations(filter, anew ? null : this.next, PAGE);
      if (turn !== this.turn) return;
      this.rows = anew ? page.rows : [...this.rows, ...page.rows];
      this.total = page.total;
      this.next = page.next;
      this.read = true;
    } catch (thrown) {
      if (turn === this.turn) this.error = AppError.from(thrown);
    } finally {
      if (turn === this.turn) this.loading = false;
    }
  }
}
