import { ru, type Catalogue } from './ru';

export type Language = 'ru' | 'en';

let language = $state<Language>('ru');
let catalogue = $state.raw<Catalogue>(ru);
/** The language that was asked for last: its file may come after another one was asked for. */
let wanted: Language = 'ru';

/** The catalogue of the language in use; reading it in markup keeps the markup in step with the language. */
export function t(): Catalogue {
  return catalogue;
}

export function currentLanguage(): Language {
  return language;
}

/** The first language is always at hand; the second one is read when it is asked for. */
export async function setLanguage(next: Language): Promise<void> {
  wanted = next;
  const words = next === 'ru' ? ru : (await import('./en')).en;
  if (wanted !== next) return;
  language = next;
  catalogue = words;
  document.documentElement.lang = next;
}
