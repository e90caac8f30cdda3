/**
 * An address as far as it may be written down: without a name and a password in front of the host, and without what
 * follows the path. Neither is an address of ours; someone may paste it all the same.
 */
export function withoutSecrets(address: string): string {
  const [, scheme = '', rest = ''] = /^(\s*[a-z][a-z0-9+.-]*:\/\/)?(.*)$/is.exec(address) ?? [];
  const host = rest.slice(rest.lastIndexOf('@') + 1);
  const [kept = ''] = /^(\[[0-9a-f:.]*\]?|[^/:?#]*)(:\d*)?(\/[^?#]*)?/i.exec(host) ?? [];
  return scheme + kept;
}
