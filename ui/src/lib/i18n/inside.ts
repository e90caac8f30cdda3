/** Words of labels as they stand inside a sentence: «День рождения» → «день рождения». */
export function insideSentence<Key extends string>(labels: Record<Key, string>): Record<Key, string> {
  const lower = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
  return Object.fromEntries(Object.entries<string>(labels).map(([key, text]) => [key, lower(text)])) as Record<
    Key,
    string
  >;
}
