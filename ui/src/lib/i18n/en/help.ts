import type { Catalogue } from '../ru';

export const help: Catalogue['help'] = {
  about: {
    title: 'About the program',
    version: 'Version',
    build: 'Build',
    system: 'System',
    webView: 'Web view',
    dataFolder: 'Data folder',
    copy: 'Copy',
    copied: 'Copied',
    licences: 'Licences of the parts',
  },
  log: {
    label: 'Log of the program',
    usual: 'As usual',
    detailed: 'In detail',
    hint: 'In detail if those who help ask for it. After a day it is as usual again.',
    until: (at: string) => `In detail until ${at}, then as usual by itself`,
  },
  support: {
    title: 'Files for support',
    body: 'One archive for those who help: logs, versions, settings, the queue. Names, phones, passwords and tokens are hidden. You see all of it before it is saved.',
    gather: 'Gather the files',
    gathering: 'Gathering…',
    files: 'Files in the archive',
    shown: 'The files are saved exactly as shown. Names, phones, passwords and tokens are hidden: “•••”.',
    more: 'Show more',
    empty: 'Empty',
    save: 'Save the archive…',
    saved: (path: string) => `The archive is saved: ${path}`,
    logs: 'Open the folder of logs',
  },
};
