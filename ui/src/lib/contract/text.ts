/**
 * The text of a file: by its byte order mark, as UTF-8 if it is that, and at last in the Russian charset of Windows. Read
 * otherwise, a server's description may lose the words that say in which unit sums are told.
 */
export function textOf(file: ArrayBuffer): string {
  const [first, second] = new Uint8Array(file);
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(file);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(file);
  } catch {
    return new TextDecoder('windows-1251').decode(file);
  }
}
