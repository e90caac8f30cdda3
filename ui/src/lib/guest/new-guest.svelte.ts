import type { TypedText } from '$lib/backend/types';
import { phoneOf, type Answers } from '$lib/format/understood.svelte';
import type { OperationFlow } from '$lib/money/flow.svelte';
import type { Whom } from '$lib/money/form-guest.svelte';
import type { GuestRef } from '$lib/money/guest-ref';
import type { Office } from '$lib/shell/office.svelte';
import { blankProfile, type ProfileFields } from './profile';

export interface NewGuestFields {
  phone: string;
  group: string;
  profile: ProfileFields;
}

/** The group comes along from the settings: alone it is nothing that was begun. */
export function begunGuest({ phone, profile }: NewGuestFields): boolean {
  return phone !== '' || JSON.stringify({ ...blankProfile(), ...profile }) !== JSON.stringify(blankProfile());
}

function person(phone: string, name: string): GuestRef {
  return { account: '', phone, phoneText: phone, name, group: null, balance: null };
}

/** A new guest who was half typed keeps the phone: another phone that is not found must not get that name. */
export class NewGuestPhone implements Whom {
  rival = $state.raw<GuestRef | null>(null);

  constructor(
    private readonly office: Office,
    private readonly flow: OperationFlow<NewGuestFields>,
  ) {}

  get own(): GuestRef {
    const { phone, profile } = this.flow.fields;
    return person(phone, [profile.surname, profile.name, profile.patronymic].filter(Boolean).join(' '));
  }
  readonly begun = '';

  async open(): Promise<void> {
    const phone = this.office.newGuestPhone;
    this.office.newGuestPhone = '';
    if (phone === '') return;
    // Another guest is another operation, whatever became of the last one.
    if (this.flow.stage === 'ended') await this.flow.another();
    const { fields, holds } = this.flow;
    if (holds && !(await this.isSame(fields.phone, phone))) this.rival = person(phone, phone);
    else fields.phone = phone;
  }

  /** Whether two spellings are one phone, as the office understands them. */
  private async isSame(one: string, other: string): Promise<boolean> {
    if (one === other) return true;
    const texts = [one, other].map((text, index): TypedText => ({ key: String(index), kind: 'phone', text }));
    const told = await this.office.typed.read(texts).catch(() => ({}) as Answers);
    const [first, second] = texts.map(({ key }) => phoneOf(told[key]));
    return first !== null && first === second;
  }

  keepOwn(): void {
    this.rival = null;
  }

  async takeRival(): Promise<void> {
    const phone = this.rival?.phone ?? '';
    await this.flow.another();
    this.flow.fields.phone = phone;
    this.rival = null;
  }
}
