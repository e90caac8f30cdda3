import type { OperationForm } from '../types';
import { append, failures, prepared, type FakePreview } from './operations';
import { TODAY } from './seed';
import type { World } from './world';

/** Operations of the days before, in every state. */
export function seedOperation(world: World, index: number): void {
  const guest = world.guests[index % world.guests.length];
  if (!guest?.view.phone) return;
  const { account, phone } = guest.view;
  const form: OperationForm =
    index % 3 === 0
      ? { kind: 'refill', phone, account, sum: String(100 + index * 10), reason: 'Компенсация', note: '' }
      : {
          kind: 'register_check',
          phone,
          account,
          restCode: index % 2 ? '101' : '102',
          station: '999',
          outsideNumber: `DLV-${4100 + index}`,
          purchasedAt: '20.11.2026',
          moneySpent: String(1200 + index * 37),
          discount: '0',
          bonusSpent: '0',
          bonusAccrued: '60',
          contents: '',
          checkGuid: '',
        };
  const change = form.kind === 'refill' ? (100 + index * 10) * 100 : 6000;
  const facts = form.kind === 'refill' ? null : form;
  const at = new Date(Date.parse(`${TODAY}T09:00:00Z`) - index * 5_400_000).toISOString();
  const preview: FakePreview = {
    change,
    subject: {
      account,
      phone,
      phoneText: guest.view.phoneText,
      name: guest.view.fullName,
      group: guest.view.groupName,
    },
    facts: facts
      ? {
          kind: 'register_check',
          restCode: facts.restCode,
          checkGuid: crypto.randomUUID(),
          station: 999,
          outsideNumber: facts.outsideNumber,
          moneySpent: Number(facts.moneySpent) * 100,
          discount: 0,
          bonusSpent: 0,
          bonusAccrued: 6000,
          contents: '',
          purchasedAt: '2026-11-20T00:00:00',
        }
      : { kind: 'refill', sum: change, comment: 'Компенсация' },
    kind: form.kind,
    guest: guest.view,
    group: null,
    changes: [],
    balanceBefore: 50_000,
    balanceExpected: 50_000 + change,
    suspectedDuplicates: [],
    notices: [],
  };
  const stored = prepared(crypto.randomUUID(), form, preview, at, world.settings);
  append(stored, at, { event: 'sending', attempt: 1, balanceBefore: 50_000 }, { state: 'sending', attempts: 1 });
  if (index === 4 || index === 9)
    append(
      stored,
      at,
      { event: 'unknown', failure: failures.timeout },
      { state: 'unknown', failure: failures.timeout },
    );
  else if (index % 11 === 6)
    append(
      stored,
      at,
      { event: 'rejected', failure: failures.refused },
      { state: 'rejected', failure: failures.refused },
    );
  else append(stored, at, { event: 'confirmed', proof: null }, { state: 'confirmed', balanceAfter: 50_000 + change });
  world.operations.push(stored);
}
