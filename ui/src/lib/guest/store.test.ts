import { expect, it } from 'vitest';
import { FakeBackend } from '$lib/backend/fake';
import { IVANOVA } from '../../test/open';
import { GuestStore } from './store.svelte';

/** A card is read, and its answer held back until it is let go. */
class SlowCards extends FakeBackend {
  private held: (() => void)[] = [];

  override async guestCard(phone: string, account: string) {
    const card = await super.guestCard(phone, account);
    await new Promise<void>((letGo) => this.held.push(letGo));
    return card;
  }

  async letGo() {
    await expect.poll(() => this.held.length).toBeGreaterThan(0);
    for (const letGo of this.held.splice(0)) letGo();
  }
}

async function shown() {
  const backend = new SlowCards();
  const guest = new GuestStore(backend);
  guest.query = IVANOVA;
  const found = guest.find(IVANOVA);
  await backend.letGo();
  await found;
  return { backend, guest };
}

it('a search that found its guest is empty for the next', async () => {
  const { guest } = await shown();
  expect(guest.finding.phase).toBe('shown');
  expect(guest.query).toBe('');
});

it('a phone typed while the card is read again stays', async () => {
  const { backend, guest } = await shown();
  const read = guest.reload();
  guest.query = '79161112233';
  await backend.letGo();
  await read;
  expect(guest.query).toBe('79161112233');
});

it('a phone half typed before the card is read again stays', async () => {
  const { backend, guest } = await shown();
  guest.query = '7916';
  const read = guest.reload();
  await backend.letGo();
  await read;
  expect(guest.query).toBe('7916');
});

it('the next phone, typed while the first guest is looked for, stays', async () => {
  const backend = new SlowCards();
  const guest = new GuestStore(backend);
  guest.query = IVANOVA;
  const found = guest.find(IVANOVA);
  guest.query = '79161112233';
  await backend.letGo();
  await found;
  expect(guest.query).toBe('79161112233');
});
