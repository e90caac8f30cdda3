import {
  profileFields,
  type Allowed,
  type ChangeView,
  type EventView,
  type EventWhat,
  type FactsView,
  type Failure,
  type OperationForm,
  type OperationView,
  type PreviewView,
  type ProfileField,
  type ProfileView,
  type Settings,
  type State,
  type SubjectView,
  type SuspectedDuplicateView,
} from '../types';
import type { FakeGuest } from './seed';
import { appError, Fields, needsGuest } from './validate';

export interface Stored {
  view: OperationView;
  events: EventView[];
  form: string;
}

export const failures = {
  refused: {
    kind: 'refused',
    delivery: 'refused',
    status: 400,
    serverMessage: 'Счёт заблокирован администратором',
    detail: null,
  },
  timeout: { kind: 'timeout', delivery: 'unknown', status: null, serverMessage: null, detail: null },
  offline: { kind: 'cannot_connect', delivery: 'not_sent', status: null, serverMessage: null, detail: null },
} as const satisfies Record<string, Failure>;

export function allowed(state: State, facts: FactsView, returnedBy: string | null): Allowed {
  return {
    cancel: state === 'prepared',
    sendNow: state === 'prepared',
    resend: state === 'not_applied',
    reconcile: state === 'unknown' || state === 'not_applied',
    decideApplied: state === 'unknown' || state === 'not_applied',
    decideNotApplied: state === 'unknown',
    askLater: state === 'unknown',
    returnCheck: facts.kind === 'register_check' && state === 'confirmed' && returnedBy === null,
  };
}

/** Appends an event and moves the operation on. */
export function append(stored: Stored, at: string, what: EventWhat, change: Partial<OperationView> = {}): void {
  stored.events = [...stored.events, { number: stored.events.length + 1, at, ...what }];
  const next = { ...stored.view, ...change, updatedAt: at, version: stored.events.length };
  stored.view = { ...next, allowed: allowed(next.state, next.facts, next.returnedBy) };
}

function subjectOf(guest: FakeGuest): SubjectView {
  const { account, phone, phoneText, fullName, groupName } = guest.view;
  return { account, phone, phoneText, name: fullName, group: groupName };
}

function alikeView(one: OperationView): SuspectedDuplicateView {
  return {
    operation: one.id,
    at: one.createdAt,
    serverTime: null,
    sum: one.sum,
    outsideNumber: null,
    comment: one.reason,
  };
}

function changesOf(before: ProfileView, after: ProfileView): ChangeView[] {
  const text = (value: ProfileView[ProfileField]) => (Array.isArray(value) ? value.join(', ') : (value ?? ''));
  return profileFields
    .map(({ name }) => ({ field: name, before: text(before[name]), after: text(after[name]) }))
    .filter((change) => change.before !== change.after);
}

/** What the make-believe server will do, beside what the page is shown. */
export type FakePreview = PreviewView & { facts: FactsView; change: number };

interface World {
  guests: FakeGuest[];
  operations: Stored[];
  settings: Settings;
  groups: { id: string; name: string; haveTemplate: boolean }[];
}

/** Somebody else changes a profile, always in the same way. */
export function overtake(form: OperationForm, world: World): void {
  const guest = form.kind === 'edit_guest' && world.guests.find((one) => one.view.account === form.account);
  if (guest) guest.view.profile = { ...guest.view.profile, name: 'Мария-Луиза', email: 'luisa@example.ru' };
}

/** Checks a form as the office would, and says what it would do. */
export function previewOf(form: OperationForm, world: World): FakePreview {
  const fields = new Fields();
  const guestOf = (account: string) => {
    const guest = world.guests.find((one) => one.view.account === account);
    if (!guest) throw appError('account_not_found');
    return guest;
  };
  const answer = (guest: FakeGuest, facts: FactsView, change: number) => {
    const alike = world.operations
      .map((one) => one.view)
      .filter(
        (one) =>
          facts.kind === 'refill' &&
          one.facts.kind === 'refill' &&
          one.subject.account === guest.view.account &&
          one.sum === facts.sum &&
          (one.state === 'confirmed' || one.state === 'unknown'),
      );
    return {
      subject: subjectOf(guest),
      facts,
      balanceBefore: guest.balance.balance,
      balanceExpected: guest.balance.balance + change,
      kind: facts.kind,
      guest: guest.view,
      group: null,
      changes: facts.kind === 'edit_guest' ? facts.changes : [],
      suspectedDuplicates: alike.map(alikeView),
      notices: [],
      change,
    };
  };

  switch (form.kind) {
    case 'create_guest': {
      const phone = fields.phone('phone', form.phone);
      if (form.group === '') fields.fail('group', 'required');
      const profile = fields.profile(form.profile);
      fields.done();
      const known = world.guests.find((one) => one.view.phone === phone);
      if (known) throw appError('phone_known', { account: known.view.account });
      const group = world.groups.find((one) => one.id === form.group);
      if (!group?.haveTemplate) throw appError('group_has_no_template');
      const name = [profile.surname, profile.name, profile.patronymic].filter(Boolean).join(' ');
      return {
        subject: { account: null, phone, phoneText: phone, name, group: group.name },
        facts: { kind: 'create_guest', group: form.group, profile },
        balanceBefore: null,
        balanceExpected: null,
        kind: 'create_guest',
        guest: null,
        group,
        changes: [],
        suspectedDuplicates: [],
        notices: [],
        change: 0,
      };
    }
    case 'edit_guest': {
      needsGuest(form, fields);
      const after = fields.profile(form.after);
      fields.done();
      const changes = changesOf(form.before, after);
      if (changes.length === 0) fields.fail('surname', 'nothing_changed');
      fields.done();
      const guest = guestOf(form.account);
      const now = guest.view.profile;
      if (changesOf(form.before, now).length > 0) {
        throw appError('account_changed', { versions: { read: form.before, wanted: after, now } });
      }
      return answer(guest, { kind: 'edit_guest', changes }, 0);
    }
    case 'refill': {
      needsGuest(form, fields);
      const sum = fields.sum('sum', form.sum);
      if (sum === 0 && fields.errors.every((error) => error.field !== 'sum')) fields.fail('sum', 'not_positive');
      if (sum > world.settings.limits.refill) fields.fail('sum', 'over_limit');
      fields.done();
      const comment = [form.reason, form.note].filter(Boolean).join(': ');
      return answer(guestOf(form.account), { kind: 'refill', sum, comment }, sum);
    }
    case 'register_check': {
      needsGuest(form, fields);
      const restCode = fields.restaurant(form.restCode, world.settings.restaurants);
      const station = fields.line('station', form.station);
      const outsideNumber = fields.line('outsideNumber', form.outsideNumber);
      const purchasedAt = fields.date('purchasedAt', form.purchasedAt);
      const moneySpent = fields.sum('moneySpent', form.moneySpent);
      const discount = fields.sum('discount', form.discount, 0);
      const bonusSpent = fields.sum('bonusSpent', form.bonusSpent, 0);
      const bonusAccrued = fields.sum('bonusAccrued', form.bonusAccrued, 0);
      fields.done();
      const guest = guestOf(form.account);
      if (bonusSpent > guest.balance.balance) throw appError('balance_too_low', { balance: guest.balance.balance });
      const taken = world.operations.find(
        ({ view }) =>
          view.facts.kind === 'register_check' &&
          view.facts.outsideNumber === outsideNumber &&
          view.facts.restCode === restCode &&
          view.returnedBy === null &&
          (view.state === 'confirmed' || view.state === 'unknown' || view.state === 'prepared'),
      );
      if (taken) throw appError('outside_number_taken', { operation: taken.view.id });
      const facts: FactsView = {
        kind: 'register_check',
        restCode,
        checkGuid: crypto.randomUUID(),
        station: Number(station),
        outsideNumber,
        moneySpent,
        discount,
        bonusSpent,
        bonusAccrued,
        contents: form.contents,
        purchasedAt: `${purchasedAt}T00:00:00`,
      };
      return answer(guest, facts, bonusAccrued - bonusSpent);
    }
    case 'return_foreign': {
      needsGuest(form, fields);
      const checkGuid = fields.guid('checkGuid', form.checkGuid);
      const restCode = fields.restaurant(form.restCode, world.settings.restaurants);
      const outsideNumber = fields.line('outsideNumber', form.outsideNumber);
      const station = fields.line('station', form.station);
      fields.done();
      const guest = guestOf(form.account);
      const returned = world.operations.find(
        ({ view }) =>
          view.facts.kind === 'return_check' && view.facts.checkGuid === checkGuid && view.state === 'confirmed',
      );
      if (returned) throw appError('already_returned', { operation: returned.view.id });
      const facts: FactsView = { kind: 'return_check', restCode, checkGuid, station: Number(station), outsideNumber };
      const change = guest.rows
        .filter((row) => row.checkGuid === checkGuid)
        .reduce((undone, row) => undone - row.sum, 0);
      return { ...answer(guest, facts, change), balanceExpected: null, notices: [{ notice: 'foreign_purchase' }] };
    }
    case 'return_check': {
      const purchase = world.operations.find(({ view }) => view.id === form.purchase)?.view;
      if (purchase?.facts.kind !== 'register_check') throw appError('purchase_not_found');
      if (purchase.returnedBy) throw appError('already_returned', { operation: purchase.returnedBy });
      if (purchase.state !== 'confirmed') throw appError('purchase_not_active');
      const { restCode, checkGuid, station, outsideNumber, bonusSpent, bonusAccrued } = purchase.facts;
      const facts: FactsView = { kind: 'return_check', restCode, checkGuid, station, outsideNumber };
      return answer(guestOf(purchase.subject.account ?? ''), facts, bonusSpent - bonusAccrued);
    }
  }
}

export function prepared(
  id: string,
  form: OperationForm,
  preview: FakePreview,
  at: string,
  settings: Settings,
): Stored {
  const { facts } = preview;
  const reason = form.kind === 'refill' ? [form.reason, form.note].filter(Boolean).join(': ') : '';
  const sum = facts.kind === 'refill' ? facts.sum : facts.kind === 'register_check' ? facts.moneySpent : null;
  const view: OperationView = {
    id,
    short: `#${id.slice(0, 8)}`,
    kind: facts.kind,
    state: 'prepared',
    subject: preview.subject,
    operator: settings.operator,
    reason,
    createdAt: at,
    updatedAt: at,
    attempts: 0,
    dueAt: null,
    balanceBefore: preview.balanceBefore,
    balanceExpected: preview.balanceExpected,
    balanceAfter: null,
    balanceExplained: null,
    failure: null,
    proof: null,
    receipt: null,
    returnedBy: null,
    version: 0,
    sum,
    facts,
    allowed: allowed('prepared', facts, null),
  };
  const stored: Stored = { view, events: [], form: JSON.stringify(form) };
  append(stored, at, { event: 'prepared', operator: settings.operator, reason });
  return stored;
}
