import { mended, problemsOf, type Problems } from '$lib/i18n/problem';
import { AppError } from '$lib/backend/backend';
import type { Settings } from '$lib/backend/types';
import { setLanguage } from '$lib/i18n/index.svelte';
import type { Office } from '$lib/shell/office.svelte';

/** Saves a change of the settings, and says at which field it was refused. */
export class SettingsEdit {
  busy = $state(false);
  saved = $state(false);
  problems = $state.raw<Problems>({});
  error = $state.raw<AppError | null>(null);

  constructor(private readonly office: Office) {}

  /** Someone works on the field of this name. */
  mended(name: string): void {
    this.saved = false;
    this.problems = mended(this.problems, name);
  }

  async save(change: Partial<Settings>): Promise<boolean> {
    if (this.busy || !this.office.settings) return false;
    this.busy = true;
    this.saved = false;
    this.error = null;
    this.problems = {};
    try {
      const settings = await this.office.backend.saveSettings({ ...this.office.settings, ...change });
      this.office.settings = settings;
      await setLanguage(settings.language === 'en' ? 'en' : 'ru');
      if (this.office.status) this.office.status = { ...this.office.status, operator: settings.operator };
      this.saved = true;
      return true;
    } catch (thrown) {
      this.error = AppError.from(thrown);
      this.problems = problemsOf(this.error);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
