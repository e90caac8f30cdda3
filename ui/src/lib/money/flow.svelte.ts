import { mended, problemsOf, type Problems } from '$lib/i18n/problem';
import { AppError, type Backend } from '$lib/backend/backend';
import type { FieldError, OperationForm, OperationView, PreviewView, TypedText } from '$lib/backend/types';
import { refusals, TypedTexts, type Answers } from '$lib/format/understood.svelte';
import { textsOf } from './facts';
import { doubtedRefusal } from './failure';

export type Stage = 'opening' | 'editing' | 'checking' | 'preview' | 'sending' | 'ended';

interface Draft<Fields> {
  id: string;
  fields: Fields;
  /** It was confirmed: the journal, not this draft, knows what became of it. */
  submitted: boolean;
}

interface Options<Fields> {
  backend: Backend;
  /** Where the draft is kept. */
  key: string;
  blank: () => Fields;
  /** `counted`: what the office made of the texts of `counts`. */
  toForm: (fields: Fields, counted: Answers) => OperationForm;
  /** The texts from which the office counts a field of the form: a percent, and the share that it gives. */
  counts?: (fields: Fields) => TypedText[];
  /** What can't stand in the form though the office never sees it: a reason that is to be chosen. */
  wrong?: (fields: Fields) => FieldError[];
  /** Whether someone has begun something here: a value that the form brings along does not count. */
  holds?: (fields: Fields) => boolean;
  /** The operation was sent with these fields. */
  onsent?: (fields: Fields) => void;
}

const SAVE_AFTER_MS = 400;

/** Of two views of an operation the later one; another operation's tells nothing of it. */
function newer(operation: OperationView, other: OperationView | null): OperationView {
  return other && other.id === operation.id && other.version > operation.version ? other : operation;
}

/**
 * One money form from the first key to its ending. The operation's id is taken once, when the form is opened, and kept
 * with the draft: a double click, Enter held down and a restart all mean the same operation.
 */
export class OperationFlow<Fields> {
  fields = $state() as Fields;
  stage = $state<Stage>('opening');
  /** Problems by field, and what can't be said of one field. */
  problems = $state.raw<Problems>({});
  error = $state.raw<AppError | null>(null);
  preview = $state.raw<PreviewView | null>(null);
  /** The very form that is previewed, and that will be sent. */
  checked = $state.raw<OperationForm | null>(null);
  /** The fields that it was made of. */
  checkedFields = $state.raw<Fields | null>(null);
  /** What the office understands of the texts of that form, and of those it was counted from. */
  answers = $state.raw<Answers>({});
  operation = $state.raw<OperationView | null>(null);
  /** Why the operator wants what looks like a duplicate. */
  duplicateReason = $state('');
  restored = $state(false);
  id = $state<string | null>(null);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private kept = '';
  /** The newest that was told of the operation: news may overtake the answer of the command. */
  private heard = $state.raw<OperationView | null>(null);

  private readonly typed: TypedTexts;

  constructor(private readonly options: Options<Fields>) {
    this.typed = new TypedTexts(options.backend);
    this.fields = options.blank();
  }

  /** Nothing can be typed now. While the office checks, typing goes on: what it checked is kept apart. */
  get busy(): boolean {
    return this.stage === 'sending' || this.stage === 'opening';
  }

  /** The server has refused what is being sent, and the program looks whether it was done all the same. */
  get probingRefusal(): boolean {
    const { stage, heard, id } = this;
    return stage === 'sending' && heard?.id === id && doubtedRefusal(heard);
  }

  /** Whether something was begun in the form. */
  get holds(): boolean {
    return this.begun(this.fields);
  }

  private begun(fields: Fields): boolean {
    return this.options.holds?.(fields) ?? JSON.stringify(fields) !== JSON.stringify(this.options.blank());
  }

  /**
   * Takes up the draft where it was left, or begins anew. `elsewhere` tells whether an operation that is not finished
   * is of no concern here: it belongs to another guest than the one in hand, and stays in the journal.
   */
  async open(elsewhere: (operation: OperationView) => boolean = () => false): Promise<void> {
    try {
      const draft = this.parse(await this.options.backend.draft(this.options.key));
      this.id = draft?.id ?? (await this.options.backend.newOperationId());
      if (draft) {
        this.fields = draft.fields;
        this.restored = this.begun(draft.fields);
        if (draft.submitted && (await this.recall(draft.id, elsewhere))) return;
        if (this.operation) return await this.another();
      }
      this.kept = JSON.stringify(this.fields);
    } catch (thrown) {
      this.error = AppError.from(thrown);
    }
    this.stage = 'editing';
  }

  /** Follows the operation after it was sent. Returns how to stop; what was typed last is saved then. */
  follow(): () => void {
    const stops = [
      this.options.backend.on('operationChanged', (operation) => {
        if (operation.id !== this.id) return;
        this.heard = newer(operation, this.heard);
        if (this.operation) this.take(operation);
      }),
      // What stopped all sending was lifted: the form says so no longer.
      this.options.backend.on('queueChanged', (queue) => {
        if (!queue.halt && this.error?.code === 'halted') this.error = null;
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      if (this.stage === 'editing' || this.stage === 'preview') this.flush();
    };
  }

  /** Call with every change of a field: keeps what was typed. */
  edited(): void {
    const now = JSON.stringify(this.fields);
    if (this.stage !== 'editing' || now === this.kept) return;
    if (!this.holds) this.restored = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), SAVE_AFTER_MS);
  }

  /** Someone has signed in: what was refused for want of it may be tried again. */
  signedIn(): void {
    if (this.error?.code === 'sign_in_again') this.error = null;
  }

  /** Someone works on the field of this name: what was said of it is no longer true. */
  mended(name: string): void {
    const left = mended(this.problems, name);
    if (left === this.problems) return;
    this.problems = left;
    if (Object.keys(left).length === 0) this.error = null;
  }

  /** Asks the office what would happen. Nothing is sent. */
  async check(): Promise<void> {
    if (this.stage !== 'editing') return;
    this.stage = 'checking';
    this.problems = {};
    this.error = null;
    const fields = $state.snapshot(this.fields) as Fields;
    const counts = this.options.counts?.(fields) ?? [];
    let wrong = this.options.wrong?.(fields) ?? [];
    try {
      const counted = await this.typed.read(counts);
      // Nothing is counted from a percent that can't be read: it must not pass for "no bonuses".
      const own = counts.filter(({ kind }) => kind !== 'share');
      wrong = [...wrong, ...refusals(own, counted)];
      const form = this.options.toForm(fields, counted);
      const texts = textsOf(form);
      const [preview, answers] = await Promise.all([this.options.backend.preview(form), this.typed.read(texts)]);
      // The confirmation shows no number that the office did not say.
      const sums = texts.filter(({ kind }) => kind === 'sum');
      if (wrong.length === 0) wrong = [...refusals(counts, counted), ...refusals(sums, answers)];
      if (wrong.length > 0) throw new AppError({ class: 'invalid', code: 'invalid_input', message: '', details: {} });
      this.preview = preview;
      this.answers = { ...counted, ...answers };
      this.checked = form;
      this.checkedFields = fields;
      this.duplicateReason = '';
      this.stage = 'preview';
    } catch (thrown) {
      const error = AppError.from(thrown);
      this.refuse(error);
      if (error.code === 'invalid_input') {
        this.problems = { ...this.problems, ...problemsOf({ code: error.code, details: { fields: wrong } }) };
      }
    }
  }

  get needsReason(): boolean {
    return Boolean(this.preview && this.preview.suspectedDuplicates.length > 0);
  }

  /** Sends it. However often it is called, one operation goes out. */
  async confirm(): Promise<void> {
    const { id, checked } = this;
    if (this.stage !== 'preview' || id === null || checked === null) return;
    const reason = this.duplicateReason.trim();
    if (this.needsReason && reason === '') {
      this.problems = { duplicateReason: { field: 'duplicateReason', code: 'required' } };
      return;
    }
    this.stage = 'sending';
    this.problems = {};
    try {
      await this.keep(true);
      const operation = await this.options.backend.submit(id, checked, reason || null);
      this.take(operation);
    } catch (thrown) {
      await this.afterFailedSubmit(id, AppError.from(thrown));
    }
  }

  /** Back from the preview to the form. */
  leave(): void {
    if (this.stage !== 'preview') return;
    this.preview = null;
    this.problems = {};
    this.stage = 'editing';
  }

  /** An empty form for another operation. */
  async another(): Promise<void> {
    await this.begin(this.options.blank());
  }

  /** The same fields as a new operation, to be mended after a refusal. */
  async mend(): Promise<void> {
    await this.begin(this.fields);
  }

  private async begin(fields: Fields): Promise<void> {
    clearTimeout(this.timer);
    this.stage = 'opening';
    this.fields = fields;
    this.problems = {};
    this.error = null;
    this.preview = null;
    this.operation = null;
    this.restored = false;
    try {
      await this.forget();
      this.id = await this.options.backend.newOperationId();
    } catch (thrown) {
      this.error = AppError.from(thrown);
    }
    this.kept = JSON.stringify(this.fields);
    this.stage = 'editing';
  }

  private take(told: OperationView): void {
    const operation = newer(told, this.heard);
    this.operation = operation;
    this.preview = null;
    if (this.stage !== 'ended') this.options.onsent?.(this.fields);
    this.stage = 'ended';
    if (operation.state === 'confirmed' || operation.state === 'cancelled') void this.forget().catch(() => undefined);
  }

  private refuse(error: AppError): void {
    this.problems = problemsOf(error);
    this.error = error;
    this.preview = null;
    this.stage = 'editing';
  }

  /** The command failed; whether the operation was written down, only the journal knows. */
  private async afterFailedSubmit(id: string, error: AppError): Promise<void> {
    if (await this.recall(id)) return;
    await this.keep(false).catch(() => undefined);
    if (error.code === 'possible_duplicate' && this.preview) {
      this.preview = { ...this.preview, suspectedDuplicates: error.details.suspectedDuplicates ?? [] };
      this.stage = 'preview';
    } else {
      this.refuse(error);
    }
  }

  /** Whether the journal has the operation; if so, this is where it stands. */
  private async recall(id: string, elsewhere: (operation: OperationView) => boolean = () => false): Promise<boolean> {
    try {
      const { operation } = await this.options.backend.operationStory(id);
      if (elsewhere(operation)) {
        this.operation = operation;
        return false;
      }
      this.take(operation);
      return true;
    } catch {
      return false;
    }
  }

  private flush(): void {
    clearTimeout(this.timer);
    if (JSON.stringify(this.fields) !== this.kept) void this.keep(false).catch(() => undefined);
  }

  private async keep(submitted: boolean): Promise<void> {
    clearTimeout(this.timer);
    if (this.id === null) return;
    this.kept = JSON.stringify(this.fields);
    const draft: Draft<Fields> = { id: this.id, fields: this.fields, submitted };
    const worth = submitted || this.holds;
    await this.options.backend.saveDraft(this.options.key, worth ? JSON.stringify(draft) : null);
  }

  private async forget(): Promise<void> {
    clearTimeout(this.timer);
    this.kept = JSON.stringify(this.fields);
    await this.options.backend.saveDraft(this.options.key, null);
  }

  /** A draft of an older program is laid over an empty form, so that no field is missing. */
  private parse(json: string | null): Draft<Fields> | null {
    if (json === null) return null;
    try {
      const draft = JSON.parse(json) as Partial<Draft<Fields>>;
      if (typeof draft.id !== 'string' || typeof draft.fields !== 'object') return null;
      return {
        id: draft.id,
        fields: { ...this.options.blank(), ...draft.fields },
        submitted: draft.submitted === true,
      };
    } catch {
      return null;
    }
  }
}
