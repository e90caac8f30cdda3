/** A number that the server spelled, with the comma that it has in Russian: `7.50` → `7,5`. Anything else stays as it is. */
export function formatDecimal(text: string, language: 'ru' | 'en'): string {
  const match = /^(-?\d+)\.(\d+)$/.exec(text.trim());
  if (!match) return text;
  const [, whole = '', tail = ''] = match;
  const fraction = tail.replace(/0+$/, '');
  if (fraction === '') return whole;
  return `${whole}${language === 'ru' ? ',' : '.'}${fraction}`;
}
