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

/** A span of minutes in the largest unit that tells it well: 45 минут, 3 часа, 2 дня. */
export function ruSpan(minutes: number): string {
  const { n, unit } = span(minutes);
  return ruCount(
    n,
    {
      minute: { one: 'минуту', few: 'минуты', many: 'минут' },
      hour: { one: 'час', few: 'часа', many: 'часов' },
      day: { one: 'день', few: 'дня', many: 'дней' },
    }[unit],
  );
}

export function enSpan(minutes: number): string {
  const { n, unit } = span(minutes);
  return enCount(n, { one: unit, other: `${unit}s` });
}

function span(minutes: number): { n: number; unit: 'minute' | 'hour' | 'day' } {
  if (minutes < 90) return { n: minutes, unit: 'minute' };
  const hours = Math.round(minutes / 60);
  return hours < 24 ? { n: hours, unit: 'hour' } : { n: Math.round(minutes / 60 / 24), unit: 'day' };
}
