/** Bytes for the eye: whole kilobytes under a megabyte, tenths of a megabyte above it. */
export function sizeParts(bytes: number): { unit: 'kilobytes' | 'megabytes'; number: string } {
  const kilobytes = Math.max(1, Math.round(bytes / 1024));
  if (kilobytes < 1024) return { unit: 'kilobytes', number: String(kilobytes) };
  const tenths = Math.round(kilobytes / 102.4);
  return { unit: 'megabytes', number: `${Math.trunc(tenths / 10)},${tenths % 10}` };
}
