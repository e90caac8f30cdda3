import type { Backend } from '$lib/backend/backend';
import type { Restaurant, Settings } from '$lib/backend/types';
import { formatSumInput } from '$lib/format';

/** The settings of the work as they stand in the form. */
interface WorkFields {
  operator: string;
  restaurants: Restaurant[];
  station: string;
  group: string;
  percent: string;
  /** One a line. */
  reasons: string;
  refill: string;
  check: string;
}

const KEY = 'settings.work';
const SAVE_AFTER_MS = 400;

function fieldsOf(settings: Settings | null): WorkFields {
  return {
    operator: settings?.operator ?? '',
    restaurants: settings?.restaurants.map((one) => ({ ...one })) ?? [],
    station: settings?.station ?? '',
    group: settings?.defaultGroup ?? '',
    percent: settings?.accrualPercent ?? '',
    reasons: settings?.refillReasons.join('\n') ?? '',
    refill: settings ? formatSumInput(settings.limits.refill) : '',
    check: settings ? formatSumInput(settings.limits.check) : '',
  };
}

/** What is typed of the settings and not saved yet: a call in between, or a restart, must not cost it. */
export class WorkDraft {
  fields = $state() as WorkFields;
  restored = $state(false);
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** What the draft holds; what the settings hold needs none. */
  private kept: string;

  constructor(
    private readonly backend: Backend,
    settings: Settings | null,
  ) {
    this.fields = fieldsOf(settings);
    this.kept = JSON.stringify(this.fields);
  }

  /** Takes up what was begun. Without its journal the program keeps no drafts, and the form works all the same. */
  async open(): Promise<void> {
    const begun = await this.backend.draft(KEY).catch(() => null);
    if (begun === null) return;
    try {
      this.fields = { ...this.fields, ...(JSON.parse(begun) as Partial<WorkFields>) };
      this.kept = JSON.stringify(this.fields);
      this.restored = true;
    } catch {
      // Not ours, or torn: the settings themselves are there.
    }
  }

  /** Call with every change of a field. */
  edited(): void {
    clearTimeout(this.timer);
    if (JSON.stringify(this.fields) !== this.kept) this.timer = setTimeout(() => this.flush(), SAVE_AFTER_MS);
  }

  /** The form is left: what was typed last is kept at once. */
  flush(): void {
    clearTimeout(this.timer);
    const now = JSON.stringify(this.fields);
    if (now === this.kept) return;
    this.kept = now;
    this.save(now);
  }

  /** Back to the settings as they are: after they were saved, or because the operator thought better of it. */
  settle(settings: Settings | null): void {
    clearTimeout(this.timer);
    this.fields = fieldsOf(settings);
    this.kept = JSON.stringify(this.fields);
    this.restored = false;
    this.save(null);
  }

  private save(json: string | null): void {
    void this.backend.saveDraft(KEY, json).catch(() => undefined);
  }
}
