import { en } from './en';
import { ru, type Catalogue } from './ru';

export type Language = 'ru' | 'en';
const catalogues: Record<Language, Catalogue> = { ru, en };

let language = $state<Language>('ru');

/** The catalogue of the language in use; reading it in markup keeps the markup in step with the language. */
export function t(): Catalogue {
  return catalogues[language];
}

export function currentLanguage(): Language {
  return language;
}

export function setLanguage(next: Language): void {
  language = next;
  document.documentElement.lang = next;
}
