import type { Catalogue } from '../ru';

export const desktop: Catalogue['desktop'] = {
  title: 'Start and notifications',
  autostart: {
    label: 'Open when I sign in to the system',
    hint: 'The window opens minimised, out of the way.',
    hintInTray: 'The window does not open: the program is an icon in the notification area.',
    elsewhere: (program) => `Another copy is opened at the sign-in now: ${program}. Tick the box to open this one.`,
    switchedOff: 'Switched off in the system’s settings of what starts with it. Tick the box to switch it on again.',
    unreadable: (technical) => `The system did not say whether the program is opened at the sign-in: ${technical}`,
    impossible: 'The program can’t do this on this system yet.',
  },
  tray: {
    label: 'Icon in the notification area',
    hint: 'The cross then does not end the program but hides the window: the program stays as an icon near the clock and goes on reconciling operations. Quit by the icon’s menu.',
    impossible: 'This desktop has no notification area: the icon is not seen, and the cross ends the program.',
  },
  notifications: {
    label: 'Notify me when the outcome of an operation becomes known',
    hint: 'Only while the window is hidden, minimised or not in front. The notification names the kind, the sum and the outcome, no names and no phones.',
    impossible: 'This system shows no notifications.',
  },
  mayHide: {
    title: 'The window will hide, the program stays',
    body: 'Its icon is in the notification area, near the clock. A click on it shows the window, “Quit” in its menu ends the program. If you can’t see the icon, open the program again: the window comes back.',
    once: 'The program will not ask this again.',
    hide: 'Hide the window',
    quit: 'Quit the program',
  },
};
