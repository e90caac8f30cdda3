import { AppError, type Backend } from '$lib/backend/backend';
import type { NetworkView, ProxyKind } from '$lib/backend/types';
import { mended, problemsOf, type Problems } from '$lib/i18n/problem';
import { Draft } from '$lib/shell/draft.svelte';
import { withoutSecrets } from './address';

/** The largest file of certificates that the office looks at, bytes. */
const LARGEST_FILE = 512 * 1024;

/** What is typed of the proxy and may be written down. */
interface ProxyFields {
  kind: ProxyKind;
  address: string;
  login: string;
}

/** The way to the server while it is set up. The password lives in the form only, and never comes back from the office. */
export class NetworkEdit {
  view = $state.raw<NetworkView | null>(null);
  password = $state('');
  memoryOnly = $state(false);
  busy = $state(false);
  saved = $state(false);
  problems = $state.raw<Problems>({});
  error = $state.raw<AppError | null>(null);
  /** The certificate that was added last, or removed. */
  told = $state.raw<{ added: number } | { removed: string } | null>(null);

  /** Whether what is typed differs from what holds. */
  readonly changed = $derived.by(() => {
    const { view } = this;
    if (!view) return false;
    if (this.kind !== view.kind) return true;
    const same = this.address.trim() === view.address && this.login.trim() === view.login && this.password === '';
    return this.kind === 'own' && !same;
  });
  /** Whether the office knows the password for what is typed. */
  readonly known = $derived(
    this.view !== null &&
      this.view.password !== 'none' &&
      this.address.trim() === this.view.address &&
      this.login.trim() === this.view.login,
  );

  private readonly draft: Draft<ProxyFields>;

  constructor(private readonly backend: Backend) {
    this.draft = new Draft<ProxyFields>(
      backend,
      'program.proxy',
      { kind: 'system', address: '', login: '' },
      ({ address, ...rest }) => ({ ...rest, address: withoutSecrets(address) }),
    );
  }

  get kind(): ProxyKind {
    return this.draft.fields.kind;
  }
  set kind(kind: ProxyKind) {
    this.draft.fields.kind = kind;
  }
  get address(): string {
    return this.draft.fields.address;
  }
  set address(address: string) {
    this.draft.fields.address = address;
  }
  get login(): string {
    return this.draft.fields.login;
  }
  set login(login: string) {
    this.draft.fields.login = login;
  }
  /** What was begun earlier, and not applied, is there again. */
  get restored(): boolean {
    return this.draft.restored && this.changed;
  }

  /** What holds, and over it what was begun. */
  load(): Promise<boolean> {
    return this.act(async () => {
      this.take(await this.backend.network());
      await this.draft.open();
    });
  }

  /** Keeps what is typed while the form is there. Call in an effect. */
  keep(): () => void {
    $effect(() => {
      JSON.stringify(this.draft.fields);
      if (this.view) this.draft.edited();
    });
    return () => this.draft.flush();
  }

  /** Back to what holds. */
  revert(): void {
    this.problems = {};
    this.error = null;
    if (this.view) this.settle(this.view);
  }

  /** Someone works on the field of this name. */
  mended(name: string): void {
    this.saved = false;
    this.problems = mended(this.problems, name);
  }

  /** Saves the proxy; `false`: it was refused, and is said where. */
  apply(): Promise<boolean> {
    return this.act(async () => {
      const form = {
        kind: this.kind,
        address: this.address,
        login: this.login,
        password: this.password === '' ? null : this.password,
        remember: this.memoryOnly ? ('memory' as const) : ('keychain' as const),
      };
      this.settle(await this.backend.saveProxy(form));
      this.saved = true;
    });
  }

  add(file: File): Promise<boolean> {
    return this.act(async () => {
      const before = this.view?.authorities.length ?? 0;
      if (file.size > LARGEST_FILE) {
        throw new AppError({ class: 'refused', code: 'not_a_certificate', message: 'too large', details: {} });
      }
      this.view = await this.backend.addAuthority([...new Uint8Array(await file.arrayBuffer())]);
      this.told = { added: this.view.authorities.length - before };
    });
  }

  trust(fingerprint: string): Promise<boolean> {
    return this.act(async () => {
      this.view = await this.backend.trustAuthority(fingerprint);
      this.told = { added: 1 };
    });
  }

  remove(fingerprint: string, subject: string): Promise<boolean> {
    return this.act(async () => {
      this.view = await this.backend.removeAuthority(fingerprint);
      this.told = { removed: subject };
    });
  }

  private take(view: NetworkView): void {
    this.view = view;
    this.draft.stand({ kind: view.kind, address: view.address, login: view.login });
    this.password = '';
    this.memoryOnly = view.password === 'memory';
  }
  private settle(view: NetworkView): void {
    this.take(view);
    this.draft.forget();
  }

  private async act(what: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.saved = false;
    this.told = null;
    this.error = null;
    this.problems = {};
    try {
      await what();
      return true;
    } catch (thrown) {
      this.error = AppError.from(thrown);
      this.problems = problemsOf(this.error);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
