import type { Catalogue } from '../ru';

export const desktop: Catalogue['desktop'] = {
  title: 'Start and notifications',
  autostart: {
    label: 'Open when I sign in to the system',
    hint: 'The window opens minimised, out of the way.',
    elsewhere: (program) => `Another copy is opened at the sign-in now: ${program}. Tick the box to open this one.`,
    switchedOff: 'Switched off in the system’s settings of what starts with it. Tick the box to switch it on again.',
    unreadable: (technical) => `The system did not say whether the program is opened at the sign-in: ${technical}`,
    impossible: 'The program can’t do this on this system yet.',
  },
};
