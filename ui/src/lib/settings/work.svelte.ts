import type { Backend } from '$lib/backend/backend';
import type { Choice, Restaurant, Settings } from '$lib/backend/types';
import { formatSumInput } from '$lib/format';
import { Draft } from '$lib/shell/draft.svelte';

/** The settings of the work as they stand in the form. */
export interface WorkFields {
  operator: string;
  restaurants: Restaurant[];
  levels: Choice[];
  bonusTypes: Choice[];
  station: string;
  group: string;
  percent: string;
  /** One a line. */
  reasons: string;
  refill: string;
  check: string;
}

export function workFields(settings: Settings | null): WorkFields {
  return {
    operator: settings?.operator ?? '',
    restaurants: settings?.restaurants.map((one) => ({ ...one })) ?? [],
    levels: settings?.levels.map((one) => ({ ...one })) ?? [],
    bonusTypes: settings?.bonusTypes.map((one) => ({ ...one })) ?? [],
    station: settings?.station ?? '',
    group: settings?.defaultGroup ?? '',
    percent: settings?.accrualPercent ?? '',
    reasons: settings?.refillReasons.join('\n') ?? '',
    refill: settings ? formatSumInput(settings.limits.refill) : '',
    check: settings ? formatSumInput(settings.limits.check) : '',
  };
}

/** What is typed of the settings and not saved yet. */
export function workDraft(backend: Backend, settings: Settings | null): Draft<WorkFields> {
  return new Draft(backend, 'settings.work', workFields(settings));
}
