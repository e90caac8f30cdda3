import type { OperationForm } from '$lib/backend/types';
import { contract, guest, program, reconciled, understood, type Told } from './recorded';
import type { Script } from './script';
import {
  appError,
  appStatus,
  desktopView,
  inTraining,
  operationView,
  page,
  previewView,
  queueView,
  updateView,
  type Form,
} from './views';

const forms: Record<OperationForm['kind'], Form & Told> = {
  create_guest: 'create',
  edit_guest: 'edit',
  refill: 'refill',
  register_check: 'check',
  return_check: 'return',
  return_foreign: 'foreign',
};

/** An id of an operation: the first one asked for ends in 1. */
export function operationId(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

/** What the office answers where a test says nothing: one guest is found, and each operation is confirmed. */
export function defaults(drafts: Map<string, string>): Script {
  let ids = 0;
  return {
    pageReady: undefined,
    appStatus: () => appStatus(),
    startTraining: () => inTraining(),
    leaveTraining: () => appStatus(),
    resetTraining: () => inTraining(),
    leaveSafeMode: () => appStatus(),
    connect: () => appStatus(),
    checkConnection: program.connection,
    signIn: () => appStatus(),
    signOut: () => appStatus({ session: 'no_secret', secretStorage: 'none' }),
    network: program.network,
    saveProxy: program.network,
    addAuthority: program.network,
    trustAuthority: program.network,
    removeAuthority: program.network,
    findGuest: guest.found,
    guestCard: guest.card,
    transactions: guest.history,
    receipt: guest.receipt,
    groups: program.groups,
    guestRaw: '{}',
    newOperationId: () => operationId((ids += 1)),
    preview: (form) => previewView(forms[form.kind]),
    submit: (id, form) => operationView(forms[form.kind], { id }),
    cancelOperation: (id) => operationView('cancelled', { id }),
    reconcile: (id) => ({ ...reconciled, operation: { ...reconciled.operation, id } }),
    decide: (id) => operationView('notApplied', { id }),
    resend: (id) => operationView('refill', { id }),
    operationStory: () => appError('operation_not_found'),
    operations: page([]),
    findPurchase: [],
    pauseQueue: () => queueView({ paused: true }),
    resumeQueue: () => queueView(),
    understand: understood,
    settings: program.settings,
    saveSettings: (settings) => settings,
    contractReport: contract.report,
    findContract: () => appError('description_not_found', {}, 'failed'),
    acceptContract: contract.report,
    declineContract: contract.report,
    seeContractNews: contract.report,
    overruleLine: contract.report,
    keepSecretConstant: contract.report,
    forgetSecretConstant: contract.report,
    settleRights: undefined,
    exportContract: null,
    probeContract: { groups: 5, tried: ['seven', 'plus_seven', 'eight'], format: null, found: [], changes: [] },
    draft: (key) => drafts.get(key) ?? null,
    saveDraft: (key, json) => {
      if (json === null) drafts.delete(key);
      else drafts.set(key, json);
    },
    exportJournal: null,
    backupJournal: 'journal.db',
    reopenJournal: () => appStatus(),
    backups: program.backups,
    previewRestore: appError('backup_not_found'),
    restoreBackup: appError('backup_not_found'),
    addBackup: null,
    beginJournalAnew: () => appStatus(),
    acknowledgeRollBack: () => appStatus(),
    openLogsFolder: undefined,
    gatherSupport: { madeAt: '2026-11-23T18:00:00Z', files: [{ name: 'program.json', bytes: 20, parts: 1 }] },
    supportText: '{"version": "0.1.0"}',
    saveSupport: null,
    acknowledgeCrash: () => appStatus(),
    about: {
      version: '0.1.0',
      build: 'a1b2c3d4e5f6',
      system: 'Windows 11 (10.0.22631), x86_64',
      webView: 'WebView2 131.0',
      dataFolder: 'C:\\Users\\Anna\\AppData\\Local\\ru.probonus.office',
      hasLicences: true,
      log: { detailedUntil: null },
    },
    openLicences: undefined,
    update: updateView(),
    checkUpdate: updateView({ checkedAt: '2026-11-23T18:00:00Z' }),
    installUpdate: undefined,
    postponeUpdate: updateView(),
    checkUpdatesAtStart: (atStart) => updateView({ atStart }),
    desktop: desktopView(),
    openAtSignIn: (on) => desktopView({ autostart: { kind: on ? 'on' : 'off' } }),
    showTray: (isWanted) => desktopView({ tray: { isWanted, isPossible: true } }),
    notifyOfOutcomes: (isWanted) => desktopView({ notifications: { isWanted, isPossible: true } }),
    closeWindow: undefined,
    endProgram: undefined,
    setLogDetail: (detailed) => ({ detailedUntil: detailed ? '2026-11-30T18:00:00Z' : null }),
  };
}
