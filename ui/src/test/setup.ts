import '@testing-library/jest-dom/vitest';
import { configure } from '@testing-library/svelte';
import { beforeAll, beforeEach } from 'vitest';
import { setLanguage } from '$lib/i18n/index.svelte';
import { pages } from '$lib/shell/screens.svelte';

configure({ asyncUtilTimeout: 10_000 });

// What jsdom leaves out of a modal dialog.
HTMLDialogElement.prototype.showModal = function showModal() {
  this.open = true;
};
HTMLDialogElement.prototype.close = function close() {
  this.open = false;
};
// A window of some size, so that a long table has rows to draw.
Object.defineProperties(HTMLElement.prototype, {
  offsetWidth: { get: () => 1000 },
  offsetHeight: { get: () => 600 },
});
class Nothing {
  observe() {}
  unobserve() {}
  disconnect() {}
}
// A window of an office PC: no query about small ones is true.
globalThis.matchMedia ??= (media) =>
  Object.assign(new EventTarget(), { media, matches: false, onchange: null }) as unknown as MediaQueryList;
globalThis.ResizeObserver ??= Nothing as unknown as typeof ResizeObserver;
// Absent from jsdom's files.
Blob.prototype.arrayBuffer ??= function arrayBuffer(this: Blob) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result as ArrayBuffer);
    reader.onerror = () => failed(new Error('unreadable'));
    reader.readAsArrayBuffer(this);
  });
};
Element.prototype.scrollTo ??= () => undefined;
Element.prototype.scrollIntoView ??= () => undefined;

// A test must not end while the page still reads a screen.
beforeAll(() => pages.readAll());
beforeEach(() => setLanguage('ru'));
