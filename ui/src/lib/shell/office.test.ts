import { expect, it } from 'vitest';
import { scripted } from '../../test/scripted';
import { appStatus } from '../../test/views';
import { Office } from './office.svelte';

it('an answer that an event overtook does not bring back what was before', () => {
  const office = new Office(scripted());
  const answer = appStatus();
  const event = appStatus({ clockAhead: 24 * 60 });
  office.take(event);
  office.take(answer);
  expect(office.status?.clockAhead).toBe(24 * 60);
  office.take(appStatus());
  expect(office.status?.clockAhead).toBeNull();
});

it('a sign-in counts though the server was not reached in between', () => {
  const office = new Office(scripted());
  for (const session of ['sign_in_again', 'unreachable', 'signed_in', 'unreachable', 'signed_in'] as const)
    office.take(appStatus({ session }));
  expect(office.signIns).toBe(1);
});
