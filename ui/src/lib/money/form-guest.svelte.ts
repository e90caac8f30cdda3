import { tick } from 'svelte';
import type { OperationView, PreviewView } from '$lib/backend/types';
import type { Office } from '$lib/shell/office.svelte';
import type { OperationFlow } from './flow.svelte';
import { guestRef, inHand, type GuestRef } from './guest-ref';

/** What a screen asks of whoever knows whom its form is about. */
export interface Whom {
  readonly own: GuestRef | null;
  readonly rival: GuestRef | null;
  open(): Promise<void>;
  elsewhere?(operation: OperationView): boolean;
  /** What the server tells of the guest when the form is checked. */
  hear?(preview: PreviewView): void;
  keepOwn(): void;
  takeRival(): Promise<void>;
}

/** What a form about a guest keeps of them. */
export interface WithGuest {
  guest: GuestRef | null;
  /** A phone that is typed and not looked up yet. */
  phone: string;
  /** The guest was chosen in the form, not brought along from the card. */
  picked: boolean;
}

export const nobody: WithGuest = { guest: null, phone: '', picked: false };

/** Whether someone has begun to say whom the form is about. */
export const begunWith = ({ phone, picked }: WithGuest): boolean => picked || phone !== '';

/**
 * Whom a form is about when it opens. A form that holds nothing takes the guest of the open card. One that holds
 * anything keeps its own guest: where the card is another's, both are shown and the operator chooses.
 */
export class FormGuest<Fields extends WithGuest> implements Whom {
  /** The guest of the open card, while the form holds what was begun for another one. */
  rival = $state.raw<GuestRef | null>(null);

  constructor(
    private readonly office: Office,
    private readonly flow: OperationFlow<Fields>,
  ) {}

  /** An unfinished operation of another guest than the one in hand is not shown in this guest's form. */
  elsewhere = ({ subject }: OperationView): boolean => {
    const hand = inHand(this.office);
    return hand !== null && subject.account !== hand.account;
  };

  /** Call when the draft is there, or none is. */
  async open(): Promise<void> {
    if (this.flow.stage !== 'editing') return;
    if (await this.takeMade()) return;
    const hand = inHand(this.office);
    if (!hand) return;
    const own = this.flow.fields.guest;
    if (own?.account !== hand.account && this.flow.holds) this.rival = hand;
    else this.flow.fields.guest = hand;
  }

  pick(guest: GuestRef | null): void {
    this.flow.fields.guest = guest;
    this.flow.fields.picked = guest !== null;
    this.flow.mended('account');
    this.flow.mended('phone');
  }

  get own(): GuestRef | null {
    return this.flow.fields.guest;
  }

  /** The form shows the balance that its preview shows. */
  hear({ guest: read, balanceBefore }: PreviewView): void {
    const guest = this.flow.fields.guest;
    if (balanceBefore === null || guest === null || guest.account !== read?.account) return;
    if (guest.balance !== balanceBefore) this.flow.fields.guest = { ...guest, balance: balanceBefore };
  }

  /** Goes on with what was begun, for the guest it was begun for. */
  keepOwn(): void {
    this.rival = null;
  }

  /** Begins anew for the guest of the card. */
  async takeRival(): Promise<void> {
    const guest = this.rival;
    await this.flow.another();
    this.flow.fields.guest = guest;
    this.rival = null;
    await tick();
  }

  /** A guest who was created on the way from this form: they are whom it is about. */
  private async takeMade(): Promise<boolean> {
    const made = this.office.takeMade();
    if (!made) return false;
    this.flow.fields.phone = '';
    try {
      const card = await this.office.backend.guestCard(made.phone, made.account);
      this.pick(guestRef(card.guest, card.balance?.balance ?? card.guest.balance));
    } catch {
      // Found by hand: the phone stands in the field.
      this.flow.fields.phone = made.phone;
    }
    return true;
  }
}
