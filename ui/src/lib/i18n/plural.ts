/** Forms of a Russian noun after a number: 1 операция, 2 операции, 5 операций. */
export interface RuForms {
  one: string;
  few: string;
  many: string;
}
export interface EnForms {
  one: string;
  other: string;
}

const russian = new Intl.PluralRules('ru');
const english = new Intl.PluralRules('en');

export function ruCount(n: number, forms: RuForms): string {
  const rule = russian.select(n);
  const form = rule === 'one' ? forms.one : rule === 'few' ? forms.few : forms.many;
  return `${n}\u00a0${form}`;
}

export function enCount(n: number, forms: EnForms): string {
  return `${n}\u00a0${english.select(n) === 'one' ? forms.one : forms.other}`;
}
