/** Whether a text is meant as a receipt's GUID; the office decides whether it is one. */
export function looksLikeGuid(text: string): boolean {
  return /^\{?[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}\}?$/i.test(text.trim());
}
