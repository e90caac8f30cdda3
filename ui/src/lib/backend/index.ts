import type { Backend } from './backend';
import { TauriBackend } from './tauri';

/** The office behind the page. Only a development build can reach it over HTTP, from an ordinary browser. */
export async function openBackend(): Promise<Backend> {
  if (import.meta.env.DEV && !('__TAURI_INTERNALS__' in window)) {
    const { reachOverHttp } = await import('./http');
    reachOverHttp();
  }
  return new TauriBackend();
}
