// Controls that nobody gets at: what has the focus must stand whole in the window, with nothing over it.
const found = [];
const before = document.activeElement;
const scope = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document;
const controls = 'button, input, select, textarea, summary, [tabindex="0"]';

for (const control of scope.querySelectorAll(controls)) {
  const box = control.getBoundingClientRect();
  if (control.disabled || control.tabIndex < 0 || box.width === 0 || control.closest('[inert], details:not([open]) > :not(summary)')) continue;
  control.focus();
  control.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  // What is pressed of a control that is not itself seen is its label.
  const seen = control.matches('.sr') ? (control.labels?.[0] ?? control) : control;
  const { left, right, top, bottom } = seen.getBoundingClientRect();
  const name = control.getAttribute('aria-label') ?? control.labels?.[0]?.textContent ?? control.textContent;
  // A table is taller than such a window: it is its rows that are brought into view.
  if (bottom - top > innerHeight / 3) continue;
  const told = `${control.tagName.toLowerCase()} "${(name ?? '').replace(/\s+/g, ' ').trim().slice(0, 60)}"`;
  const at = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  if (!at || !(seen.contains(at) || at.contains(seen) || at.closest('label')?.control === control)) {
    const over = at ? `${at.tagName.toLowerCase()} ${at.className}` : 'the edge of the window';
    found.push(`${told}: under ${over}`);
  } else if (top < -1 || bottom > innerHeight + 1) {
    found.push(`${told}: ${Math.round(top)}…${Math.round(bottom)} of ${innerHeight}`);
  }
}
before?.focus?.();
return found;
