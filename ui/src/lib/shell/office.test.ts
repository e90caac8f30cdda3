import { expect, it } from 'vitest';
import { FakeBackend } from '$lib/backend/fake';
import { Office } from './office.svelte';

it('an answer that an event overtook does not bring back what was before', async () => {
  const backend = new FakeBackend({});
  const office = new Office(backend);
  const answer = await backend.appStatus();
  const event = { ...(await backend.appStatus()), clockAhead: 24 * 60 };
  office.take(event);
  office.take(answer);
  expect(office.status?.clockAhead).toBe(24 * 60);
  office.take(await backend.appStatus());
  expect(office.status?.clockAhead).toBeNull();
});
