import type { Backend } from './backend';

/** The office behind the page: the program's own, or, in a plain browser, a make-believe one to develop and test with. */
export async function openBackend(): Promise<Backend> {
  if ('__TAURI_INTERNALS__' in window) {
    const { TauriBackend } = await import('./tauri');
    return new TauriBackend();
  }
  const { FakeBackend, optionsFromAddress } = await import('./fake');
  return new FakeBackend(optionsFromAddress(location.search));
}
