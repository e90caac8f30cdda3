import type { GuestView } from '$lib/backend/types';
import type { Office } from '$lib/shell/office.svelte';

/** The guest a form is about, small enough to live in a draft. */
export interface GuestRef {
  account: string;
  phone: string;
  /** The phone of the card; empty if the card shows none. */
  phoneText: string;
  name: string;
  group: string | null;
  balance: number | null;
  /** The phone that was searched, where it is not the one of the card, or the card shows none. */
  foundBy?: string | null;
}

export function guestRef(guest: GuestView, balance: number | null = guest.balance): GuestRef | null {
  if (!guest.phone) return null;
  return {
    account: guest.account,
    phone: guest.phone,
    phoneText: guest.phoneText ?? '',
    name: guest.fullName,
    group: guest.groupName,
    balance,
    foundBy: guest.foundBy,
  };
}

/**
 * The guest whose card is open: a form begins with them. After an ending the guest is put down, until the card is looked
 * at again: the next receipt of the pile is another guest's.
 */
export function inHand({ guest: { card, foundBy }, finished }: Office): GuestRef | null {
  if (!card || card.guest.account === finished) return null;
  const guest = guestRef(card.guest, card.balance?.balance ?? card.guest.balance);
  return guest && { ...guest, foundBy };
}
