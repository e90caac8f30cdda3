import type { Catalogue } from '../ru';

export const update: Catalogue['update'] = {
  title: 'Updates',
  current: (version: string) => `Version ${version} is installed`,
  latest: 'This is the newest version',
  checkedAt: (at: string) => `Checked ${at}`,
  check: 'Check now',
  checking: 'Checking…',
  found: (version: string) => `New version ${version}`,
  foundFrom: (version: string, date: string) => `New version ${version} of ${date}`,
  isNew: 'What is new',
  saidBy: 'What is new, as the server of updates says:',
  noNotes: 'It does not say what is new.',
  isCut: 'Not all of it is shown here.',
  noFile: 'There is no file for this system yet.',
  install: 'Install and restart',
  installBody:
    'The program closes and opens again, in about a minute. What is typed stays in the drafts, operations in the journal.',
  downloading: (percent: number) => `Downloading: ${percent} %`,
  installing: 'Installing. The program is about to open again.',
  later: 'Remind me tomorrow',
  postponed: 'You will be reminded tomorrow',
  atStart: 'Look for updates at the start',
  atStartHint: 'Once a day at most. The program tells nothing but the number of its own version.',
  ways: {
    portable:
      'This copy was not installed, and does not update itself. Download the new one where this one came from, and replace the program’s folder: journal and settings lie elsewhere.',
    package: 'The program was installed as a package of the system, and is updated by its package manager.',
    not_built_in: 'This build does not update itself. Get the new one where this one came from.',
  },
  offline: {
    title: 'The server of updates can’t be reached',
    todo: 'Check the internet connection and try again. It does not keep you from working: the present version stays.',
  },
  busy: {
    title: 'An update is being checked or installed already',
    todo: 'Wait until that has ended.',
  },
  way: 'This is about the server of updates, not about ProBonus. It does not keep you from working: the present version stays. If it happens again, show the details to those who look after the network.',
  banner: {
    title: (version: string) => `There is a new version ${version}`,
    body: 'Install it when it suits you.',
    show: 'What is new',
  },
};
