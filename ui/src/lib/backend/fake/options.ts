import type { HaltReason, JournalHealth, KeychainProblem, Method } from '../types';

/** What becomes of the next operations that are sent. */
export type Fate = 'done' | 'refused' | 'unknown' | 'offline';

export interface FakeOptions {
  phase: 'wizard' | 'ready';
  mode: 'live' | 'training';
  fate: Fate;
  /** Milliseconds before every answer. */
  delay: number;
  insecure: boolean;
  halt: HaltReason | null;
  keychainProblem: KeychainProblem | null;
  signInAgain: boolean;
  health: JournalHealth;
  /** The journal was put back from outside. */
  rolledBack: boolean;
  /** Nothing gets out but through a proxy with a password. */
  proxyWanted: boolean;
  /** The server is vouched for by the office's own authority. */
  authorityWanted: boolean;
  /** The server's description changed at the start: what is sent, or only what is read. */
  contract: 'writes' | 'reading' | null;
  /** The server publishes no description of its methods. */
  undescribed: boolean;
  /** What the server can't do. */
  impossible: Method | null;
  /** The server changes an e-mail that nobody asked it to. */
  meddles: boolean;
  /** Another computer changes the guest's profile just before the edit is sent. */
  overtaken: boolean;
  /** The first refill to the server is not confirmed yet. */
  canary: boolean;
  /** No group takes new guests. */
  noTemplate: boolean;
  /** The server does not answer what it is asked. */
  silent: boolean;
  /** The most rows of a history that the server gives at once; 0: as many as are asked for. */
  rowsAtOnce: number;
  /** A journal with this many operations. */
  journal: number;
}

export const defaultOptions: FakeOptions = {
  phase: 'ready',
  mode: 'live',
  fate: 'done',
  delay: 0,
  insecure: false,
  halt: null,
  keychainProblem: null,
  signInAgain: false,
  health: 'sound',
  rolledBack: false,
  proxyWanted: false,
  authorityWanted: false,
  contract: null,
  undescribed: false,
  impossible: null,
  meddles: false,
  overtaken: false,
  canary: false,
  noTemplate: false,
  silent: false,
  rowsAtOnce: 0,
  journal: 0,
};

/** Every state of every screen by an address: `?phase=wizard`, `?fate=unknown&halt=factor_of_hundred`. */
export function optionsFromAddress(search: string): FakeOptions {
  const asked = new URLSearchParams(search);
  const one = <Value extends string>(name: string, values: readonly Value[]): Value | null =>
    values.find((value) => value === asked.get(name)) ?? null;
  return {
    phase: one('phase', ['wizard', 'ready']) ?? 'ready',
    mode: one('mode', ['live', 'training']) ?? 'training',
    fate: one('fate', ['done', 'refused', 'unknown', 'offline']) ?? 'done',
    delay: Number(asked.get('delay') ?? 250),
    insecure: asked.has('insecure'),
    halt: one('halt', ['factor_of_hundred', 'wrong_sign', 'no_change', 'other']),
    keychainProblem: one('keychain', ['locked', 'missing', 'refused', 'timeout']),
    signInAgain: asked.has('sign-in'),
    health:
      one('health', ['missing', 'corrupt', 'not_a_journal', 'newer', 'locked', 'read_only', 'disk_full', 'failed']) ??
      'sound',
    rolledBack: asked.has('rolled-back'),
    proxyWanted: asked.has('proxy-wanted'),
    authorityWanted: asked.has('authority-wanted'),
    contract: one('contract', ['writes', 'reading']),
    undescribed: asked.has('undescribed'),
    impossible: one('impossible', ['insert_by_template', 'update', 'refill', 'register_check', 'return_check']),
    meddles: asked.has('meddles'),
    overtaken: asked.has('overtaken'),
    canary: asked.has('canary'),
    noTemplate: asked.has('no-template'),
    silent: asked.has('silent'),
    rowsAtOnce: Number(asked.get('rows-at-once') ?? 0),
    journal: Number(asked.get('journal') ?? 40),
  };
}
