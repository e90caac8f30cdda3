// Finds what a person would: a thing of a kind (button, field, row…) by the words it goes by. Returns the best match or null.
// arguments: kind, words, and optionally the element to look inside.
const [kind, words, within] = arguments;

const kinds = {
  button: 'button, [role=button], input[type=submit], summary',
  link: 'a[href], [role=link]',
  field:
    'input:not([type=radio]):not([type=checkbox]):not([type=hidden]), textarea, select, [role=combobox], [role=textbox], [role=searchbox]',
  choice: 'input[type=radio], input[type=checkbox], [role=radio], [role=checkbox], [role=switch]',
  option: 'option, [role=option]',
  tab: '[role=tab]',
  heading: 'h1, h2, h3, h4, [role=heading]',
  row: 'tbody tr, [role=row], [role=listitem], li',
  anything: 'button, [role=button], a[href], [role=link], [role=tab], input[type=radio], [role=radio], [role=menuitem]',
};

const plain = (text) => (text ?? '').replace(/[\s\u00a0\u2009\u202f]+/g, ' ').trim();
const wanted = plain(words);

function visible(element) {
  if (element.tagName === 'OPTION') return true;
  const box = element.getBoundingClientRect();
  if (element.type === 'radio' || element.type === 'checkbox') return box.width > 0 || element.labels?.length > 0;
  return box.width > 0 && box.height > 0 && getComputedStyle(element).visibility !== 'hidden';
}

// What is read out: without what is hidden from those who listen (a key's picture on a button, "optional" on a label).
function read(element) {
  const copy = element.cloneNode(true);
  for (const hidden of copy.querySelectorAll('[aria-hidden=true]')) hidden.remove();
  return copy.textContent;
}

function names(element) {
  const found = [element.getAttribute('aria-label')];
  const by = element.getAttribute('aria-labelledby');
  if (by) found.push(by.split(/\s+/).map((id) => read(document.getElementById(id) ?? document.createElement('i'))).join(' '));
  for (const label of element.labels ?? []) found.push(read(label));
  if (!element.matches('input, textarea, select')) found.push(read(element));
  if (element.matches('input[type=submit]')) found.push(element.value);
  const known = found.map(plain).filter(Boolean);
  // These name a thing only where nothing better does.
  return known.length > 0 ? known : [element.getAttribute('title'), element.getAttribute('placeholder')].map(plain).filter(Boolean);
}

// How well an element's names fit: 0 the same, 1 begins so, 2 contains it; a row is known by any words in it.
function fit(element) {
  let best = Infinity;
  for (const name of names(element)) {
    if (name === wanted) best = Math.min(best, 0);
    else if (name.startsWith(wanted)) best = Math.min(best, 1);
    else if (name.includes(wanted)) best = Math.min(best, 2);
  }
  return best;
}

// An open dialogue is all that a person can reach.
const dialogues = [...document.querySelectorAll('dialog[open], [role=dialog][aria-modal=true], [role=alertdialog][aria-modal=true]')];
const scope = within ?? dialogues.filter(visible).at(-1) ?? document;

const found = [...scope.querySelectorAll(kinds[kind])]
  .filter(visible)
  .filter((element) => kind === 'row' || !element.closest('[inert]'))
  .map((element) => ({ element, fit: fit(element) }))
  .filter(({ fit }) => fit < Infinity)
  // Of two that fit alike, the screen's own is meant before the one in the frame around it.
  .sort((a, b) => a.fit - b.fit || Number(!a.element.closest('main')) - Number(!b.element.closest('main')));

return found[0]?.element ?? null;
