import { formatMoney, formatWallTime } from '$lib/format';
import type { MatchedEntry, OperationView } from '../types';
import { append, failures, type Stored } from './operations';
import { emptyRow, phoneText, seedGuests } from './seed';
import type { World } from './world';

/** Hands an operation to the make-believe network; what becomes of it, the options say. */
export async function send(world: World, stored: Stored, change: number): Promise<void> {
  const { id } = stored.view;
  append(
    stored,
    world.now(),
    { event: 'sending', attempt: stored.view.attempts + 1, balanceBefore: stored.view.balanceBefore },
    {
      state: 'sending',
      attempts: stored.view.attempts + 1,
    },
  );
  world.changed(stored);
  await world.wait();
  settle(world, stored, change);
  if (world.options.fate !== 'offline') world.sent.set(id, (world.sent.get(id) ?? 0) + 1);
  world.changed(stored);
}

function settle(world: World, stored: Stored, change: number): void {
  const at = world.now();
  if (world.options.fate === 'offline') {
    const dueAt = new Date(Date.parse(at) + 30_000).toISOString();
    append(
      stored,
      at,
      { event: 'not_sent', failure: failures.offline, dueAt },
      { state: 'prepared', dueAt, failure: failures.offline },
    );
  } else if (world.options.fate === 'refused') {
    append(
      stored,
      at,
      { event: 'rejected', failure: failures.refused },
      { state: 'rejected', failure: failures.refused },
    );
  } else if (world.options.fate === 'unknown') {
    append(
      stored,
      at,
      { event: 'unknown', failure: failures.timeout },
      { state: 'unknown', failure: failures.timeout },
    );
  } else {
    append(stored, at, { event: 'confirmed', proof: null }, { state: 'confirmed' });
    apply(world, stored, change);
  }
}

function apply(world: World, stored: Stored, change: number): void {
  const { facts, subject } = stored.view;
  if (facts.kind === 'create_guest') {
    const account = String(2000 + world.guests.length);
    const [template] = seedGuests();
    if (!template) return;
    const view = {
      ...template.view,
      ...subject,
      account,
      fullName: subject.name,
      profile: facts.profile,
      coupons: [],
      balance: 0,
    };
    view.phoneText = phoneText(subject.phone ?? '');
    world.guests.push({ view, balance: { balance: 0, burning: [] }, rows: [] });
    stored.view = { ...stored.view, subject: { ...subject, account, phoneText: view.phoneText } };
    return;
  }
  const guest = world.guests.find((one) => one.view.account === subject.account);
  if (!guest) return;
  if (facts.kind === 'edit_guest') {
    const profile = { ...guest.view.profile } as Record<string, unknown>;
    for (const { field, after } of facts.changes) profile[field] = field === 'identifiers' ? after.split(', ') : after;
    guest.view.profile = profile as unknown as typeof guest.view.profile;
    guest.view.fullName = [guest.view.profile.surname, guest.view.profile.name, guest.view.profile.patronymic]
      .filter(Boolean)
      .join(' ');
    const before = guest.view.profile.email;
    const unasked = world.options.meddles ? [{ field: 'email', before, after: '' }] : [];
    if (world.options.meddles) guest.view.profile.email = '';
    append(stored, world.now(), { event: 'record_read', unasked });
    return;
  }
  const before = guest.balance.balance;
  guest.balance = { ...guest.balance, balance: before + change };
  guest.view.balance = before + change;
  const check = facts.kind === 'refill' ? null : facts;
  guest.rows.unshift({
    ...emptyRow(world.now().slice(0, 19), change),
    id: stored.view.id,
    kind: facts.kind === 'refill' ? 'refill' : facts.kind === 'return_check' ? 'return' : 'accrual',
    balanceAfter: before + change,
    comment: facts.kind === 'refill' ? facts.comment : facts.kind === 'register_check' ? facts.contents : null,
    receipt: facts.kind === 'register_check' ? `r-${stored.view.id}` : null,
    moneySpent: facts.kind === 'register_check' ? facts.moneySpent : null,
    checkGuid: check?.checkGuid ?? null,
    externalCheck: check?.outsideNumber ?? null,
  });
  if (facts.kind === 'return_check') markReturned(world, facts.checkGuid, stored.view.id);
  append(
    stored,
    world.now(),
    {
      event: 'balance_read',
      before,
      expected: before + change,
      after: before + change,
      explained: null,
      mismatch: false,
    },
    { balanceBefore: before, balanceExpected: before + change, balanceAfter: before + change },
  );
}

function markReturned(world: World, guid: string, by: string): void {
  const purchase = world.operations.find(
    ({ view }) => view.facts.kind === 'register_check' && view.facts.checkGuid === guid,
  );
  if (purchase) append(purchase, world.now(), { event: 'returned', by }, { returnedBy: by });
}

/** Rows of the server that could be the operation. */
export function rowsLike(world: World, operation: OperationView): MatchedEntry[] {
  const guest = world.guests.find((one) => one.view.account === operation.subject.account);
  return (guest?.rows ?? []).slice(0, 2).map((row) => ({
    proof: row.id ?? row.at,
    exact: false,
    summary: [formatWallTime(row.at), formatMoney(row.sum), row.comment].filter(Boolean).join(' · '),
    sum: row.sum,
    account: operation.subject.account,
    receipt: row.receipt,
  }));
}
