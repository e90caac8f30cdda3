/** The last four digits, by which a guest is recognised: `67-89`. */
export function phoneTail(e164: string): string {
  const tail = e164.replace(/\D/g, '').slice(-4);
  return tail.length === 4 ? `${tail.slice(0, 2)}-${tail.slice(2)}` : tail;
}
