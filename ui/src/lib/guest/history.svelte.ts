import { mended, problemsOf, type Problems } from '$lib/i18n/problem';
import { AppError, type Backend } from '$lib/backend/backend';
import type { TransactionPage, TransactionQuery, TransactionView } from '$lib/backend/types';

/** What a page tells of its history beside the rows. */
export type HistoryNotes = Omit<TransactionPage, 'rows' | 'total' | 'next'>;

/** An account's history, page after page. */
export class HistoryStore {
  rows = $state.raw<TransactionView[]>([]);
  total = $state(0);
  /** What the history lacks; `null`: nothing was read yet. */
  notes = $state.raw<HistoryNotes | null>(null);
  loading = $state(false);
  error = $state.raw<AppError | null>(null);
  problems = $state.raw<Problems>({});
  private next: number | null = null;
  private query: TransactionQuery | null = null;
  private turn = 0;

  constructor(
    private readonly backend: Backend,
    private readonly account: string,
  ) {}

  async show(query: TransactionQuery): Promise<void> {
    this.query = query;
    this.next = 0;
    await this.load(true);
  }

  async more(): Promise<void> {
    if (!this.loading && !this.error && this.next !== null && this.next > 0) await this.load(false);
  }

  /** Someone works on the field of this name. */
  mended(name: string): void {
    const left = mended(this.problems, name);
    if (left === this.problems) return;
    this.problems = left;
    if (Object.keys(left).length === 0) this.error = null;
  }

  private async load(anew: boolean): Promise<void> {
    if (!this.query) return;
    const turn = ++this.turn;
    this.loading = true;
    this.error = null;
    this.problems = {};
    try {
      const page = await this.backend.transactions(this.account, this.query, anew ? 0 : (this.next ?? 0));
      if (turn !== this.turn) return;
      const { rows, total, next, ...notes } = page;
      this.rows = anew ? rows : [...this.rows, ...rows];
      this.total = total;
      this.notes = notes;
      this.next = next;
    } catch (thrown) {
      if (turn !== this.turn) return;
      this.error = AppError.from(thrown);
      this.problems = problemsOf(this.error);
    } finally {
      if (turn === this.turn) this.loading = false;
    }
  }
}
