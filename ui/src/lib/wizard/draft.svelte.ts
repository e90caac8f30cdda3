import type { Backend } from '$lib/backend/backend';
import type { AuthKind } from '$lib/backend/types';
import { withoutSecrets } from '$lib/network/address';
import type { Way } from './description';
import { Draft } from '$lib/shell/draft.svelte';

interface ConnectFields {
  url: string;
  way: AuthKind;
  login: string;
  /** How its description is come by, and at which address. */
  description: Way;
  address: string;
}

const blank: ConnectFields = { url: '', way: 'token', login: '', description: 'find', address: '' };

/** Which server was begun to be connected, and how. A token and a password are never in it. */
export class ConnectDraft extends Draft<ConnectFields> {
  private opened: Promise<void> | undefined;

  constructor(backend: Backend) {
    super(backend, 'program.connect', blank, ({ url, address, ...rest }) => ({
      ...rest,
      url: withoutSecrets(url),
      address: withoutSecrets(address),
    }));
  }

  /** What was begun; nothing begun, the address that an administrator has prepared for this machine, if one has. */
  begin(prepared: string | undefined): Promise<void> {
    this.opened ??= this.open().then(() => {
      if (this.fields.url === '' && prepared) this.fields.url = prepared;
    });
    return this.opened;
  }

  /** It is connected. */
  done(): void {
    this.settle(blank);
  }
}
