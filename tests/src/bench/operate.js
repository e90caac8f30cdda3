// Makes refills of different sums for one guest by the page's own commands, one after another.
const [phone, first, count, done] = arguments;
const call = (name, given) => window.__TAURI_INTERNALS__.invoke(name, given);
(async () => {
  const found = await call('find_guest', { query: phone });
  const { account } = found.guests[0];
  for (let i = first; i < first + count; i += 1) {
    const id = await call('new_operation_id', {});
    const form = { kind: 'refill', phone, account, sum: `${i + 1}`, reason: 'Компенсация', note: 'bench' };
    await call('submit', { id, form, duplicateReason: 'bench' });
  }
  done('done');
})().catch((error) => done(JSON.stringify(error)));
