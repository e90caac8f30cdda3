// Everything a script in the page could find, as one text: the document with the values of its fields, storages, cookies,
// the history's state and what hangs on the window, however deep.
const parts = [document.documentElement.outerHTML, document.cookie, JSON.stringify(history.state), location.href];
for (const field of document.querySelectorAll('input, textarea, select')) parts.push(String(field.value));
for (const storage of [localStorage, sessionStorage]) {
  for (let index = 0; index < storage.length; index += 1) {
    const key = storage.key(index);
    parts.push(key, storage.getItem(key));
  }
}
const seen = new Set();
const rest = [...document.querySelectorAll('*'), ...Object.getOwnPropertyNames(window).map((name) => window[name])];
for (let steps = 0; rest.length > 0; steps += 1) {
  if (steps > 3_000_000) throw new Error('the page holds too much to look through');
  const value = rest.pop();
  if (typeof value === 'string') parts.push(value);
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) continue;
  seen.add(value);
  const inner = value instanceof Map ? [...value.entries()].flat() : value instanceof Set ? [...value] : [];
  rest.push(...inner);
  for (const name of Object.getOwnPropertyNames(value)) {
    try {
      rest.push(value[name]);
    } catch {
      // Some of the browser's own properties refuse to be read; they hold nothing of the program's.
    }
  }
}
return parts.join('\n');
