import { untrack } from 'svelte';
import type { Backend } from '$lib/backend/backend';

const SAVE_AFTER_MS = 400;

/**
 * What is typed into a form and not submitted yet: a call in between, an error or a restart must not cost it. The key
 * says where it is kept: one that begins with `program.` belongs to the program itself and is there before any journal
 * is; all others live in the journal of the mode.
 */
export class Draft<Fields extends object> {
  fields = $state() as Fields;
  /** What was begun earlier is there again. */
  restored = $state(false);
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** What the draft holds. */
  private kept: string;
  /** Something was typed that is not kept yet. A form that is taken down still sees the fields of before that. */
  private ahead = false;

  /** `standing` is what the form shows where nothing was typed: that needs no draft. */
  constructor(
    private readonly backend: Backend,
    private readonly key: string,
    private standing: Fields,
    /** What of the fields may be written down. */
    private readonly written: (fields: Fields) => Fields = (fields) => fields,
  ) {
    this.fields = standing;
    this.kept = this.text();
  }

  /** Takes up what was begun. Without a place to keep drafts the form works all the same. */
  async open(): Promise<void> {
    const before = untrack(() => this.text());
    const begun = await this.backend.draft(this.key).catch(() => null);
    // What is typed already is newer than what was kept.
    if (begun === null || this.text() !== before) return;
    try {
      this.fields = { ...this.fields, ...(JSON.parse(begun) as Partial<Fields>) };
      this.kept = this.text();
      this.restored = true;
    } catch {
      // Not ours, or torn: the form begins as it stands.
    }
  }

  /** Takes up what was begun, and keeps what is typed, while the component is there that calls this as it is made. */
  live(): void {
    $effect(() => {
      void this.open();
      return () => this.flush();
    });
    $effect(() => {
      JSON.stringify(this.fields);
      this.edited();
    });
  }

  /** Call with every change of a field. */
  edited(): void {
    clearTimeout(this.timer);
    this.ahead = this.text() !== this.kept;
    if (this.ahead) this.timer = setTimeout(() => this.flush(), SAVE_AFTER_MS);
  }

  /** The form is left: what was typed last is kept at once. */
  flush(): void {
    clearTimeout(this.timer);
    if (!this.ahead) return;
    const now = this.text();
    this.ahead = false;
    this.kept = now;
    this.save(now === JSON.stringify(this.written(this.standing)) ? null : now);
  }

  /** Nothing is begun any more: it was submitted, or the operator thought better of it. */
  settle(standing: Fields): void {
    this.stand(standing);
    this.forget();
  }

  /** The form shows what holds; a draft that is kept stays so. */
  stand(standing: Fields): void {
    clearTimeout(this.timer);
    this.standing = standing;
    this.fields = standing;
    this.kept = this.text();
    this.ahead = false;
    this.restored = false;
  }

  /** What stands in the form has served its turn: it need not be there after a restart. */
  forget(): void {
    clearTimeout(this.timer);
    this.kept = this.text();
    this.ahead = false;
    this.save(null);
  }

  private text(): string {
    return JSON.stringify(this.written($state.snapshot(this.fields) as Fields));
  }
  private save(json: string | null): void {
    void this.backend.saveDraft(this.key, json).catch(() => undefined);
  }
}
