import type { ProfileView } from '$lib/backend/types';
import type { OperationFlow } from '$lib/money/flow.svelte';
import type { ProfileFields } from './profile';

/** A change of a guest's record while it is typed. */
export interface RecordFields {
  /** The record as it was when the form was opened: the office stops if what is changed here has changed since. */
  before: ProfileView;
  profile: ProfileFields;
}

export type RecordFlow = OperationFlow<RecordFields>;
