import type { GuestView } from '$lib/backend/types';
import type { GuestStore } from '$lib/guest/store.svelte';

/** The guest a form is about, small enough to live in a draft. */
export interface GuestRef {
  account: string;
  phone: string;
  phoneText: string;
  name: string;
  group: string | null;
  balance: number | null;
}

export function guestRef(guest: GuestView, balance: number | null = guest.balance): GuestRef | null {
  if (!guest.phone) return null;
  return {
    account: guest.account,
    phone: guest.phone,
    phoneText: guest.phoneText ?? guest.phone,
    name: guest.fullName,
    group: guest.groupName,
    balance,
  };
}

/** The guest whose card is open. A form begins with them: the wrong guest must not be credited from a forgotten draft. */
export function inHand({ card }: GuestStore): GuestRef | null {
  return card ? guestRef(card.guest, card.balance?.balance ?? card.guest.balance) : null;
}
