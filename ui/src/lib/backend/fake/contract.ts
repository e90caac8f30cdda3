import type { ContractReport, Method } from '../types';

const lines: [Method, string, string][] = [
  ['login', 'POST', '/api/v0/auth/login'],
  ['refresh_token', 'POST', '/api/v0/auth/refresh_token'],
  ['groups', 'GET', '/api/v0/account_groups/list'],
  ['find_by_phone', 'GET', '/api/v0/accounts/find_by_phone'],
  ['insert_by_template', 'POST', '/api/v0/accounts/insert_by_template'],
  ['update', 'POST', '/api/v0/accounts/update'],
  ['refill', 'POST', '/api/v0/accounts/refill'],
  ['transactions_of_period', 'POST', '/api/v0/accounts/transactions'],
  ['last_transactions', 'POST', '/api/v0/accounts/transactions'],
  ['balance_extended', 'POST', '/api/v0/accounts/get_balance_extended'],
  ['receipt', 'POST', '/api/v0/checks/get_by_id'],
  ['register_check', 'POST', '/api/v0/external/register_check'],
  ['return_check', 'POST', '/api/v0/external/return_check'],
];

/** How the make-believe server wants each method. */
export function contractReport(): ContractReport {
  return {
    document: 'http://localhost/swagger.json',
    common: [],
    methods: lines.map(([method, verb, path]) => ({
      method,
      verb,
      path,
      support: verb === 'GET' ? 'adapted' : 'as_table',
      notes: verb === 'GET' ? ['GET with a query instead of POST'] : [],
    })),
  };
}
