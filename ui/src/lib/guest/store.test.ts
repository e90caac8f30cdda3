import { expect, it } from 'vitest';
import { PHONE } from '../../test/page';
import { held, scripted } from '../../test/scripted';
import { guestCard } from '../../test/views';
import { GuestStore } from './store.svelte';

/** A store whose next card is held back until it is let go. */
function slow() {
  const backend = scripted();
  const guest = new GuestStore(backend);
  const next = () => {
    const card = held(guestCard());
    backend.answer({ guestCard: card.step });
    return card.letGo;
  };
  return { guest, next };
}

async function shown() {
  const { guest, next } = slow();
  const letGo = next();
  guest.query = PHONE;
  const found = guest.find(PHONE);
  letGo();
  await found;
  return { guest, next };
}

it('a search that found its guest is empty for the next', async () => {
  const { guest } = await shown();
  expect(guest.finding.phase).toBe('shown');
  expect(guest.query).toBe('');
});

it('a phone typed while the card is read again stays', async () => {
  const { guest, next } = await shown();
  const letGo = next();
  const read = guest.reload();
  guest.query = '79161112233';
  letGo();
  await read;
  expect(guest.query).toBe('79161112233');
});

it('a phone half typed before the card is read again stays', async () => {
  const { guest, next } = await shown();
  guest.query = '7916';
  const letGo = next();
  const read = guest.reload();
  letGo();
  await read;
  expect(guest.query).toBe('7916');
});

it('the next phone, typed while the first guest is looked for, stays', async () => {
  const { guest, next } = slow();
  const letGo = next();
  guest.query = PHONE;
  const found = guest.find(PHONE);
  guest.query = '79161112233';
  letGo();
  await found;
  expect(guest.query).toBe('79161112233');
});
