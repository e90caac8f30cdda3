/** `+79123456789` → `+7 912 345-67-89`; numbers of other countries stay as they are. */
export function formatPhone(e164: string): string {
  const match = /^\+7(\d{3})(\d{3})(\d{2})(\d{2})$/.exec(e164);
  return match ? `+7 ${match[1]} ${match[2]}-${match[3]}-${match[4]}` : e164;
}

/** The last four digits, by which a guest is recognised: `67-89`. */
export function phoneTail(e164: string): string {
  const tail = e164.replace(/\D/g, '').slice(-4);
  return tail.length === 4 ? `${tail.slice(0, 2)}-${tail.slice(2)}` : tail;
}
