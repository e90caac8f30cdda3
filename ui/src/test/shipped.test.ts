import { expect, it } from 'vitest';
import { notShipped } from '../../shipped';

it('a build that holds a test double or the development’s way to the office is refused', () => {
  const refused = ['/ui/src/test/scripted.ts', '/ui/src/test/answers/card.json', '/ui/src/lib/backend/http.ts'];
  const shipped = ['/ui/src/lib/backend/tauri.ts', '/ui/src/lib/network/address.ts'];
  expect(notShipped([...shipped, ...refused])).toEqual(refused);
});
