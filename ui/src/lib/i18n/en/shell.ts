import { enCount, enSpan } from '../plural';
import type { Catalogue } from '../ru';

export const shell: Catalogue['shell'] = {
  nav: {
    label: 'Sections',
    guest: 'Guest',
    new_guest: 'New guest',
    refill: 'Add bonuses',
    check: 'Outside receipt',
    return: 'Return',
    journal: 'Journal',
    settings: 'Settings',
  },
  search: 'Find a guest by phone',
  searchPlaceholder: 'Guest’s phone',
  find: 'Find',
  training: {
    title: 'Training mode',
    body: 'Everything happens on the training server. Real guests and bonuses are not touched.',
    leave: 'Leave training mode',
  },
  safeMode: {
    title: 'Safe mode',
    body: 'The program uses no network and sends nothing. The journal, its copies and the files for support are at hand.',
    leave: 'Leave the safe mode',
  },
  crash: {
    title: (at: string) => `Last time, ${at}, the program had an internal error`,
    unknown: (n: number) =>
      `No operation is lost. The program asks the server about what was out: ${enCount(n, { one: 'operation', other: 'operations' })}.`,
    settled: 'No operation is lost, and none is unfinished.',
    neutral: 'No operation is lost: the program asks the server about what was out.',
    support: 'Files for support',
    noted: 'OK',
  },
  insecure: {
    title: 'The connection is not protected',
    body: 'The server’s address begins with http:// — phones and the password travel in plain text. Ask the administrator for https.',
  },
  session: {
    title: 'You are signed out',
    body: 'The server no longer accepts the saved sign-in. Sign in again; nothing you typed is lost.',
    action: 'Sign in again',
  },
  unreachable: {
    title: 'The ProBonus server can’t be reached',
    body: 'Guests can’t be found now; new operations wait in the queue. The program asks the server by itself.',
    check: 'Check',
  },
  noSecret: {
    title: 'No sign-in is kept on this computer',
    body: 'The server was not asked. Sign in; nothing you typed is lost.',
    action: 'Sign in',
  },
  keychain: {
    title: 'The keychain is closed',
    body: 'The kept sign-in could not be read; the server was not asked. Unlock the keychain and press Check, or sign in again.',
    check: 'Check',
  },
  clock: {
    title: (ahead: number) =>
      `This computer's clock is ${enSpan(Math.abs(ahead))} ${ahead > 0 ? 'behind' : 'ahead of'} the server's`,
    body: 'Check the date, the time and the time zone. If they are right here, tell the ProBonus administrator.',
  },
  memoryOnly: {
    title: 'Signed in until the program is closed',
    body: 'The token or password is kept in memory only. The next start will ask for it again.',
    noted: 'Got it',
  },
  refusedDone: {
    title: 'The server refused, and the operation was done',
    body: (what, who) =>
      `The operation “${what}”, ${who}: do not enter it again. The server refused it after it had done it: tell the ProBonus administrator.`,
    show: 'Show the operation',
    noted: 'Understood',
  },
  halt: {
    title: 'Sending is halted',
    factor_of_hundred: (expected, actual) =>
      `The sum differs a hundredfold: ${expected} was sent, the server shows ${actual}. It seems to take rubles for kopecks.`,
    wrong_sign: (expected, actual) => `The balance moved the wrong way: ${actual} instead of ${expected}.`,
    not_here:
      'The server accepted the return, but nothing changed for this guest. Another guest’s receipt may be undone.',
    no_change: (expected) => `The server accepted the operation, but the balance did not change. Expected ${expected}.`,
    other: (expected, actual) =>
      `The balance does not add up: expected a change of ${expected}, the server shows ${actual}.`,
    doubled: (expected, actual) =>
      `The server applied one operation twice: ${actual} instead of ${expected}. Usually a proxy or the network between program and server does this.`,
    two_guests: (account) =>
      `One receipt counts for two guests: the guest of this operation, and the guest of account ${account}. Usually it was entered on another computer too. Return the one that is wrong.`,
    sentAgain: (expected, actual, times) =>
      `The operation was sent from here more than once (${times}), and the server applied each: ${actual} instead of ${expected}.`,
    entries: (entries) => `On the server: ${entries}.`,
    next: 'Nothing more is sent. Compare the operation with ProBonus, then resume sending.',
    show: 'Show the operation',
    resume: 'Resume sending',
    ask: 'Resume sending?',
    askBody: 'The program will not halt for this operation again. Have you compared it with ProBonus?',
    confirm: 'Compared, resume',
  },
  journal: {
    body: 'Nothing is sent without it.',
    open: 'To the backups',
  },
  rolledBack: {
    title: {
      older_copy: 'The journal file was replaced by an older copy',
      no_witness: 'The journal file may be an older copy',
      other_program: 'Another copy of the program worked with this journal',
    },
    body: (cause, forgotten, doubted) =>
      [
        {
          older_copy:
            forgotten > 0
              ? `Operations forgotten: at least ${forgotten}.`
              : 'How many operations it has forgotten is not known.',
          no_witness:
            'This computer keeps no note of the last operations: whether the journal is complete is not known.',
          other_program: 'The journal is newer than this program remembers: it was used from elsewhere.',
        }[cause],
        doubted > 0
          ? `Waiting to be sent: ${doubted}; the program asks the server about each of them first.`
          : 'Nothing waited to be sent.',
        'Do not enter the last operations again: find them in the guest’s history, or restore a newer backup.',
      ].join(' '),
    noted: 'Got it',
  },
  shared: {
    title: 'Other users of this computer can see the program’s folder',
    body: 'It holds guests’ names and phones, and the program can’t close it. Ask the administrator to leave access to you alone.',
  },
  paused: { title: 'Sending is paused', body: 'New operations wait in the queue.', resume: 'Resume' },
  queue: {
    unknown: (n) => `Outcome unknown: ${n}`,
    waiting: (n) => `Waiting: ${n}`,
    calm: 'All sent',
    open: 'Open the journal',
  },
  shortcuts: {
    title: 'Keys',
    open: 'Keys',
    groups: { go: 'Go to', work: 'Work' },
    search: 'Find a guest',
    refill: 'Add bonuses',
    check: 'Outside receipt',
    return: 'Return',
    journal: 'Journal',
    new_guest: 'New guest',
    settings: 'Settings',
    help: 'This list',
    confirm: 'Check, confirm',
    confirmText: 'Check from a field of text',
    leave: 'Close the window, back to the form',
    rows: 'Along the rows of a table',
    openRow: 'Open the row',
  },
  startFailed: 'The program did not start',
  operator: (name) => `At work: ${name}`,
  noOperator: 'No name is set',
};
