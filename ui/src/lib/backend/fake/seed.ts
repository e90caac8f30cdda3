import type { BalanceView, GroupView, GuestView, ReceiptView, Settings, TransactionView } from '../types';

export const TODAY = '2026-11-23';

export const groups: GroupView[] = [
  { id: '1', name: 'Постоянные гости', haveTemplate: false },
  { id: '3', name: 'Самостоятельно зарегистрировавшиеся', haveTemplate: true },
  { id: '7', name: 'Сотрудники и партнёры', haveTemplate: false },
];

export const defaultSettings: Settings = {
  version: 1,
  language: 'ru',
  operator: 'Ольга Смирнова',
  restaurants: [
    { code: '101', name: 'Кафе «Берёзка» на Тверской' },
    { code: '102', name: 'Ресторан «Старый причал»' },
  ],
  station: '999',
  defaultGroup: '3',
  accrualPercent: '5',
  refillReasons: ['Компенсация', 'День рождения', 'Акция', 'Ошибка начисления', 'Подарок'],
  limits: { refill: 5_000_00, check: 200_000_00 },
  rowsInHistory: 50,
};

/** A guest of the make-believe server, with all that it knows. */
export interface FakeGuest {
  view: GuestView;
  balance: BalanceView;
  rows: TransactionView[];
}

interface Person {
  account: string;
  phone: string;
  surname: string;
  name: string;
  patronymic: string;
  balance: number;
  rows: number;
  group?: string;
  coupons?: number;
  cards?: number;
}
const people: Person[] = [
  {
    account: '1042',
    phone: '+79123456789',
    surname: 'Иванова',
    name: 'Мария',
    patronymic: 'Сергеевна',
    balance: 1_234_56,
    rows: 64,
  },
  {
    account: '1043',
    phone: '+79260000001',
    surname: 'Константинопольская-Преображенская',
    name: 'Александра',
    patronymic: 'Вячеславовна',
    balance: 10_000_000_00,
    rows: 5000,
    coupons: 20,
    cards: 3,
  },
  {
    account: '1047',
    phone: '+375291234567',
    surname: 'Лукашик',
    name: 'Станислав-Максимилиан',
    patronymic: 'Вячеславович',
    balance: -9_999_999_99,
    rows: 8,
  },
  { account: '1044', phone: '+79031112233', surname: 'Ким', name: 'Олег', patronymic: '', balance: 0, rows: 0 },
  {
    account: '1045',
    phone: '+79165554433',
    surname: 'Петров',
    name: 'Пётр',
    patronymic: 'Петрович',
    balance: 350_00,
    rows: 12,
  },
  {
    account: '1046',
    phone: '+79165554433',
    surname: 'Петрова',
    name: 'Анна',
    patronymic: 'Ильинична',
    balance: 80_00,
    rows: 5,
    group: 'Сотрудники и партнёры',
  },
];

export function phoneText(e164: string): string {
  const match = /^\+7(\d{3})(\d{3})(\d{2})(\d{2})$/.exec(e164);
  return match ? `+7\u00a0${match[1]}\u00a0${match[2]}-${match[3]}-${match[4]}` : e164;
}

export function emptyRow(at: string, sum: number): TransactionView {
  return {
    id: null,
    at,
    kind: 'refill',
    kindName: null,
    sum,
    balanceAfter: null,
    moneySpent: null,
    comment: null,
    receipt: null,
    checkGuid: null,
    externalCheck: null,
    restCode: null,
    outside: false,
    returnable: false,
  };
}

function history(person: Person): TransactionView[] {
  let balance = person.balance;
  return Array.from({ length: person.rows }, (_, index) => {
    const at = new Date(Date.UTC(2026, 10, 22, 20 - (index % 9), (index * 17) % 60) - index * 2 * 86_400_000);
    const purchase = index % 5 !== 2;
    const spent = purchase && index % 4 === 1;
    const sum = spent ? -((index * 37) % 200) * 100 - 50_00 : ((index * 53) % 180) * 100 + 12_50;
    // Some purchases came from a delivery service, registered by a program of its own.
    const outside = purchase && index % 5 === 3;
    const row: TransactionView = {
      ...emptyRow(at.toISOString().slice(0, 19), sum),
      id: `${person.account}-${person.rows - index}`,
      kind: spent ? 'payment' : purchase ? 'accrual' : index === person.rows - 1 ? 'welcome' : 'refill',
      balanceAfter: balance,
      moneySpent: purchase ? Math.abs(sum) * 12 : null,
      comment: purchase ? null : 'Компенсация за долгое ожидание',
      receipt: purchase ? `r-${person.account}-${index}` : null,
      restCode: purchase ? '101' : null,
      checkGuid: outside ? `0d3aa1c2-77b1-4c11-9e7d-${String(index).padStart(12, '0')}` : null,
      externalCheck: outside ? `Я-${77_000 + index}` : null,
      outside,
      returnable: outside,
    };
    balance -= sum;
    return row;
  });
}

export function seedGuests(): FakeGuest[] {
  return people.map((person) => {
    const { surname, name, patronymic } = person;
    const burning = [
      { date: '2026-11-30', sum: 120_00 },
      { date: '2026-12-15', sum: 340_00 },
      { date: '2027-01-10', sum: 90_50 },
      { date: '2027-02-28', sum: 410_00 },
      { date: '2027-05-01', sum: 274_06 },
    ];
    return {
      view: {
        account: person.account,
        phone: person.phone,
        phoneText: phoneText(person.phone),
        fullName: [surname, name, patronymic].filter(Boolean).join(' '),
        profile: {
          surname,
          name,
          patronymic,
          birthday: person.rows > 0 ? '1988-04-17' : '',
          sex: 'female',
          email: person.rows > 0 ? `guest${person.account}@example.ru` : '',
          identifiers:
            person.rows > 50 ? ['2600045671', 'DLV-884-211', '7012-3344-5566-7788'].slice(0, person.cards ?? 2) : [],
        },
        groupId: '3',
        groupName: person.group ?? 'Самостоятельно зарегистрировавшиеся',
        level: person.rows > 0 ? { name: 'Серебряный', percent: '7.5' } : null,
        balance: person.balance,
        turnover: person.rows * 845_30,
        coupons: Array.from({ length: person.coupons ?? (person.rows > 20 ? 2 : 0) }, (_, index) =>
          index % 2 === 0
            ? { name: 'Десерт в подарок', code: `D-${77 + index}`, validUntil: '2026-12-31' }
            : { name: 'Скидка 15 % на банкет от двадцати человек', code: null, validUntil: null },
        ),
        blocked: null,
      },
      balance: { balance: person.balance, burning: person.balance > 100_00 ? burning : [] },
      rows: history(person),
    };
  });
}

export function seedReceipt(id: string, row: TransactionView | undefined): ReceiptView | null {
  if (!row) return null;
  const paid = row.moneySpent ?? 0;
  const external = row.externalCheck !== null;
  return {
    id,
    number: row.externalCheck ?? id.replace(/\D/g, '').slice(-6),
    at: row.at,
    restaurant: 'Кафе «Берёзка» на Тверской',
    station: external ? '999' : '2',
    waiter: external ? null : 'Кузнецова Е.',
    total: paid,
    discount: 0,
    paid,
    bonusSpent: row.kind === 'payment' ? -row.sum : 0,
    bonusAccrued: row.kind === 'accrual' ? row.sum : 0,
    lines: external
      ? []
      : [
          { name: 'Борщ с говядиной и пампушками', quantity: '1', price: 490_00, sum: 490_00 },
          { name: 'Морс клюквенный 0,4', quantity: '2', price: 210_00, sum: 420_00 },
          { name: 'Медовик', quantity: '0.5', price: 360_00, sum: 180_00 },
        ],
    linesTotal: external ? 0 : 3,
    text: external ? row.comment : null,
    checkGuid: row.checkGuid,
    externalCheck: row.externalCheck,
    returned: null,
    returnable: external && row.checkGuid !== null,
  };
}
