import type { Office, Screen } from './office.svelte';

/** F-keys that neither WebView2 nor WebKit keeps for itself; F1, F5, F10–F12 are left alone. */
export const screenKeys: Partial<Record<Screen, string>> = {
  refill: 'F3',
  check: 'F4',
  return: 'F6',
  journal: 'F7',
  new_guest: 'F8',
  settings: 'F9',
};
export const searchKey = 'F2';

const byKey = new Map(Object.entries(screenKeys).map(([screen, key]) => [key, screen as Screen]));

/** Whether a `?` could be meant for the text under the cursor. No phone and no sum has one. */
function takesText(target: EventTarget | null): boolean {
  const field = 'input:not([type=radio], [type=checkbox], [inputmode=tel], [inputmode=decimal], [inputmode=numeric])';
  return target instanceof HTMLElement && target.matches(`${field}, textarea, select`);
}

/** F2, or Ctrl+K by its place on the keyboard: under the Russian layout the key says «л». */
export function isSearchKey(event: KeyboardEvent): boolean {
  return event.key === searchKey || ((event.ctrlKey || event.metaKey) && event.code === 'KeyK');
}

/** Keys that work on every screen. Dialogs keep their own keys to themselves. */
export function handleShortcut(event: KeyboardEvent, office: Office, focusSearch: () => void): void {
  if (event.defaultPrevented || event.altKey || event.isComposing) return;
  const screen = event.ctrlKey || event.metaKey ? undefined : byKey.get(event.key);
  if (isSearchKey(event)) focusSearch();
  else if (screen) office.go(screen);
  else if (event.key === '?' && !takesText(event.target)) office.shortcutsOpen = true;
  else return;
  event.preventDefault();
}
