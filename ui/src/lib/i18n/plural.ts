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

/** Groups of thousands, with the narrow space that stands in sums. */
function grouped(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

export function ruCount(n: number, forms: RuForms): string {
  const rule = russian.select(n);
  const form = rule === 'one' ? forms.one : rule === 'few' ? forms.few : forms.many;
  return `${grouped(n)}\u00a0${form}`;
}

export function enCount(n: number, forms: EnForms): string {
  return `${grouped(n)}\u00a0${english.select(n) === 'one' ? forms.one : forms.other}`;
}
