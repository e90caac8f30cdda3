import { AppError } from '$lib/backend/backend';

/** What a button starts: one run at a time. The error of the last run stays until the next one. */
export class Task {
  busy = $state(false);
  error = $state.raw<AppError | null>(null);

  /** Runs `work`, unless a run is under way. Answers whether it ran to its end. */
  async run(work: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.error = null;
    try {
      await work();
      return true;
    } catch (thrown) {
      this.error = AppError.from(thrown);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
