import type {
  Change,
  ContractReport,
  LineView,
  Method,
  MethodReport,
  ProbeView,
  Problem,
  ProposalView,
} from '../types';
import { appError, Fields, invalid } from './validate';
import type { World } from './world';

/** Lines as the table has them, and after the arrow as this server wants them. */
const table: Record<Method, string[]> = {
  login: ['verb POST', 'path /api/v0/auth/login', 'field.login body /login string required'],
  refresh_token: ['verb POST', 'path /api/v0/auth/refresh_token'],
  groups: ['verb POST → GET', 'path /api/v0/account_groups/list → /api/v0/account-groups'],
  find_by_phone: ['verb POST', 'path /api/v0/accounts/find_by_phone', 'field.phone body /phone string'],
  insert_by_template: [
    'verb POST',
    'path /api/v0/accounts/insert_by_template',
    'field.group body /groupId any required',
  ],
  update: ['verb POST', 'path /api/v0/accounts/update', 'field.account body /id any required'],
  refill: [
    'verb POST',
    'path /api/v0/accounts/refill',
    'body json',
    'field.account body /accountId any required → body /guest/accountId integer required',
    'field.sum body /sum integer kopecks required → body /guest/amount number rubles required',
    'field.comment body /comment string → body /guest/remark string',
    'answer.balance  → newBalance rubles',
  ],
  transactions_of_period: ['verb POST', 'path /api/v0/accounts/transactions', 'answer.money kopecks → rubles'],
  last_transactions: ['verb POST', 'path /api/v0/accounts/transactions', 'answer.money kopecks → rubles'],
  balance_extended: ['verb POST', 'path /api/v0/accounts/get_balance_extended'],
  receipt: ['verb POST', 'path /api/v0/checks/get_by_id'],
  register_check: [
    'verb POST',
    'path /api/v0/external/register_check',
    'field.checkGuid body /checkGuid string required',
  ],
  return_check: ['verb POST', 'path /api/v0/external/return_check'],
};
const common = [
  'token header Authorization:',
  'session header Authorization: Bearer',
  'phone 7XXXXXXXXXX',
  'clock +03:00',
];
const required = new Set(['sum', 'account', 'login', 'checkGuid', 'group']);
const MUST = 'required';

function line(method: Method | null, text: string): LineView {
  const [key = '', ...rest] = text.split(' ');
  const [inTable = '', server = inTable] = rest
    .join(' ')
    .split('→')
    .map((part) => part.trim());
  return {
    method,
    key,
    value: server,
    table: inTable,
    server,
    source: server === inTable ? 'table' : 'swagger',
    by: null,
    at: null,
    must: key.startsWith('field.') && required.has(key.slice(6)),
  };
}

function judged(method: Method, lines: LineView[], blockers: Problem[]): MethodReport {
  const said = (key: string) => lines.find((one) => one.key === key)?.value ?? '';
  const missing = lines.filter((one) => one.must && one.value === '').map((one) => one.key.slice(6));
  const all = [...blockers, ...missing.map((field): Problem => ({ problem: 'noPlace', field: field as 'sum' }))];
  const adapted = lines.some((one) => one.value !== one.table);
  return {
    method,
    verb: said('verb'),
    path: said('path'),
    support: all.length > 0 ? 'unsupported' : adapted ? 'adapted' : 'as_table',
    lines,
    blockers: all,
    doubts: method === 'receipt' ? [{ problem: 'unitUnclear', field: 'price', said: 'Цена' }] : [],
    document: method === 'receipt' ? '/swagger/checks/swagger.json' : null,
  };
}

const change = (method: Method | null, key: string, before: string | null, after: string | null): Change => ({
  method,
  key,
  before,
  after,
  source: 'swagger',
});

/** How the make-believe server wants its calls. */
export class FakeContract {
  private kept: ContractReport;
  private offered: ProposalView | null = null;
  private count = 0;

  constructor(private readonly world: World) {
    const { undescribed, impossible, contract } = world.options;
    this.kept = {
      document: undescribed
        ? null
        : { title: 'ProBonus API', version: '4.2', dialect: 'OpenAPI 3.0.1', fingerprint: '00' },
      origin: undescribed ? null : { kind: 'usual', from: '/swagger/v1/swagger.json', at: '2026-11-20T08:00:00Z' },
      otherService: null,
      checkedAt: '2026-11-23T08:59:00Z',
      editable: true,
      common: common.map((text) => line(null, text)),
      methods: Object.entries(table).map(([method, texts]) => {
        const blockers: Problem[] = method === impossible ? [{ problem: 'noPlace', field: 'checkGuid' }] : [];
        return judged(
          method as Method,
          texts.map((text) => line(method as Method, text)),
          blockers,
        );
      }),
      pending: contract === 'writes' ? this.proposal('usual', '/swagger/v1/swagger.json') : null,
      news: contract === 'reading' ? [change('find_by_phone', 'answer.surname', 'surname', 'lastName')] : [],
    };
    this.told();
  }

  report(): ContractReport {
    const { mode } = this.world.options;
    return structuredClone(
      mode === 'training' ? { ...this.kept, editable: false, document: null, origin: null } : this.kept,
    );
  }
  find(address: string): ProposalView {
    if (address.includes('nowhere')) throw appError('description_not_found', {}, 'failed');
    this.offered = this.proposal(address === '' ? 'usual' : 'url', address || '/swagger/v1/swagger.json');
    return structuredClone(this.offered);
  }
  read(name: string, text: string): ProposalView {
    if (!text.trim().startsWith('{')) throw appError('description_unreadable', {}, 'failed');
    this.offered = { ...this.proposal('file', name), otherServer: text.includes('other') ? 'https://other' : null };
    return structuredClone(this.offered);
  }
  settle(id: string, accept: boolean): ContractReport {
    const found = [this.offered, this.kept.pending].find((one) => one?.id === id);
    if (!found && accept) throw appError('proposal_gone');
    if (found && accept) {
      for (const { method, key, after } of found.changes)
        this.put(method, key, { value: after ?? '', server: after ?? '' });
      this.kept = { ...this.kept, origin: found.origin, news: [] };
    }
    this.kept = { ...this.kept, pending: null };
    this.offered = null;
    return this.told();
  }
  seen(): ContractReport {
    this.kept = { ...this.kept, news: [] };
    return this.told();
  }
  overrule(method: Method | null, key: string, value: string | null, trial: boolean): ContractReport {
    const before = this.kept;
    if (value !== null && !this.understood(key, value.trim())) {
      throw invalid([{ field: 'value', code: 'not_understood' }]);
    }
    const server = this.lineOf(method, key)?.server ?? '';
    const by = { by: this.world.settings.operator, at: this.world.now(), source: 'override' as const };
    const back = { value: server, by: null, at: null, source: 'swagger' as const };
    this.put(method, key, value === null ? back : { value: value.trim(), ...by });
    const report = this.report();
    if (trial) this.kept = before;
    else this.told();
    return report;
  }
  probe(phone: string): ProbeView {
    const fields = new Fields();
    const known = fields.phone('phone', phone);
    fields.done();
    const found = this.world.guests.filter((guest) => guest.view.phone === known).map((guest) => guest.view.fullName);
    if (found.length === 0)
      return { groups: 3, tried: ['seven', 'plus_seven', 'eight'], format: null, found, changes: [] };
    const before = this.lineOf(null, 'phone')?.value ?? '';
    const changes = before === '+7XXXXXXXXXX' ? [] : [change(null, 'phone', before, '+7XXXXXXXXXX')];
    this.put(null, 'phone', { value: '+7XXXXXXXXXX', server: '+7XXXXXXXXXX', source: 'probe' });
    return { groups: 3, tried: ['seven', 'plus_seven'], format: 'plus_seven', found, changes };
  }

  private understood(key: string, value: string): boolean {
    if (key === 'verb') return /^(GET|POST|PUT|PATCH|DELETE)$/i.test(value);
    if (key === 'path') return /^\/[^\s?#]*$/.test(value);
    if (key.startsWith('field.')) return value === '' || /^(body|query|path|header) \S+ [a-z]+/.test(value);
    return value !== '' || key.startsWith('answer');
  }
  private lineOf(method: Method | null, key: string): LineView | undefined {
    const lines = method ? this.kept.methods.find((one) => one.method === method)?.lines : this.kept.common;
    return lines?.find((one) => one.key === key);
  }
  private put(method: Method | null, key: string, what: Partial<LineView>): void {
    const changed = (lines: LineView[]) => lines.map((one) => (one.key === key ? { ...one, ...what } : one));
    if (!method) {
      this.kept = { ...this.kept, common: changed(this.kept.common) };
      return;
    }
    this.kept = {
      ...this.kept,
      methods: this.kept.methods.map((one) =>
        one.method === method
          ? judged(method, changed(one.lines), method === this.world.options.impossible ? one.blockers : [])
          : one,
      ),
    };
  }
  private proposal(kind: 'usual' | 'url' | 'file', from: string): ProposalView {
    this.count += 1;
    return {
      id: `proposal-${this.count}`,
      origin: { kind, from, at: '2026-11-23T09:00:00Z' },
      document: { title: 'ProBonus API', version: '4.3', dialect: 'OpenAPI 3.0.1', fingerprint: '01' },
      otherServer: null,
      changes: [
        change('refill', 'path', '/api/v0/accounts/refill', '/api/v1/accounts/refill'),
        change(
          'refill',
          'field.sum',
          `body /guest/amount number rubles ${MUST}`,
          `body /guest/bonusSum integer kopecks ${MUST}`,
        ),
      ],
      verdicts: [],
      lost: [],
      touchesWrites: true,
    };
  }
  private told(): ContractReport {
    this.world.contract = {
      impossible: this.kept.methods
        .filter((one) => one.support === 'unsupported')
        .map(({ method, blockers }) => ({ method, problems: blockers })),
      hold: this.kept.pending ? 'contract_changed' : null,
      hasNews: this.kept.news.length > 0,
      phonesKnown: true,
    };
    this.world.statusMoved();
    return this.report();
  }
}
