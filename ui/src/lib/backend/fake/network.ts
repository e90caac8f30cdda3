import type { AuthorityView, ErrorCode, NetworkView, ProxyForm, Step } from '../types';
import type { FakeOptions } from './options';
import { appError, Fields } from './validate';

/** A make-believe way to the server, with whatever stands in it by the options. */
export class FakeNetwork {
  private view: NetworkView = {
    kind: 'system',
    address: '',
    login: '',
    password: 'none',
    systemProxy: null,
    authorities: [],
  };

  constructor(private readonly options: FakeOptions) {}

  show(): NetworkView {
    return structuredClone(this.view);
  }

  save(form: ProxyForm): NetworkView {
    if (form.kind !== 'own') {
      this.view = { ...this.view, kind: form.kind };
      return this.show();
    }
    const { address, login } = this.view;
    const typed = form.address.trim();
    const fields = new Fields();
    if (typed === '') fields.fail('proxy.address', 'required');
    else if (!/^([a-z0-9]+:\/\/)?[^@\s]+:\d+\/?$/i.test(typed)) fields.fail('proxy.address', 'not_a_proxy');
    const whole = typed.includes('://') ? typed : `http://${typed}`;
    const kept = this.view.password !== 'none' && whole === address && form.login.trim() === login;
    if (form.login.trim() !== '' && !form.password && !kept) fields.fail('proxy.password', 'required');
    fields.done();
    if (form.password && form.remember === 'keychain' && this.options.keychainProblem) {
      throw appError(`keychain_${this.options.keychainProblem}`, {}, 'failed');
    }
    const password = form.login.trim() === '' ? 'none' : kept && !form.password ? this.view.password : form.remember;
    this.view = { ...this.view, kind: 'own', address: whole, login: form.login.trim(), password };
    return this.show();
  }

  add(file: number[]): NetworkView {
    const text = new TextDecoder().decode(new Uint8Array(file));
    if (!text.includes('BEGIN CERTIFICATE')) throw appError('not_a_certificate');
    const authority: AuthorityView = {
      fingerprint: Array.from({ length: 32 }, (_, index) => (index * 7 + 16).toString(16).toUpperCase()).join(':'),
      subject: 'Корневой центр ООО «Ромашка»',
      issuer: 'Корневой центр ООО «Ромашка»',
      until: '2031-05-01',
      expired: false,
      trusted: true,
    };
    this.view = { ...this.view, authorities: [authority] };
    return this.show();
  }

  remove(fingerprint: string): NetworkView {
    this.view = { ...this.view, authorities: this.view.authorities.filter((one) => one.fingerprint !== fingerprint) };
    return this.show();
  }

  /** Fails as the network would that the options describe. */
  pass(): void {
    const stop = (code: ErrorCode, step: Step): never => {
      throw appError(code, { step, technical: 'as the options say' }, 'failed');
    };
    if (this.options.proxyWanted && this.view.password === 'none') stop('proxy_password', 'connect');
    if (this.options.authorityWanted && this.view.authorities.length === 0) stop('certificate_not_trusted', 'tls');
  }
}
