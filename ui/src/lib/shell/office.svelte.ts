import { getContext, setContext } from 'svelte';
import { AppError, type Backend } from '$lib/backend/backend';
import type {
  AppStatus,
  ContractReport,
  DesktopView,
  GroupView,
  Method,
  OperationView,
  Problem,
  ProfileField,
  QueueView,
  Settings,
  UpdateView,
} from '$lib/backend/types';
import { TypedTexts } from '$lib/format/understood.svelte';
import { codeText } from '$lib/guest/profile';
import { GuestStore } from '$lib/guest/store.svelte';
import { setLanguage } from '$lib/i18n/index.svelte';
import { doubtedRefusal } from '$lib/money/failure';
import { ConnectDraft } from '$lib/wizard/draft.svelte';

export const screens = [
  'guest',
  'new_guest',
  'edit_guest',
  'edit_terms',
  'refill',
  'check',
  'return',
  'return_foreign',
  'journal',
  'settings',
] as const;
export const settingsTabs = ['server', 'network', 'work', 'contract', 'journal', 'program', 'help'] as const;
export type SettingsTab = (typeof settingsTabs)[number];
export type Screen = (typeof screens)[number];

/** What is known of a purchase that the journal does not know. */
export interface ForeignPurchase {
  checkGuid: string;
  outsideNumber: string;
  restCode: string;
  station: string;
}

/** What one receipt of a pile hands on to the next. */
export interface LastCheck {
  restCode: string;
  date: string;
  accruedBy: 'typed' | 'percent';
  percent: string;
  /** The office's day on which it was: tomorrow's pile begins anew. */
  day: string;
}

/** What is asked of a server that was just connected: what it can do, how it writes phones; who works here. */
export type WizardStep = 'compatibility' | 'phones' | 'people';

export interface MadeGuest {
  phone: string;
  account: string;
}

/** Whether a server lacks something, or does not describe itself: somebody should see that before the work begins. */
function notAsUsual({ document, origin, otherService, methods }: ContractReport): boolean {
  const undescribed = document === null && origin === null;
  return undescribed || otherService !== null || methods.some((one) => one.support === 'unsupported');
}

/** What every screen shares: the backend, the status in the frame, where we are, and the guest in hand. */
export class Office {
  readonly guest: GuestStore;
  /** What the office understands of typed texts. */
  readonly typed: TypedTexts;
  status = $state.raw<AppStatus | null>(null);
  settings = $state.raw<Settings | null>(null);
  /** What is known of updates. */
  update = $state.raw<UpdateView | null>(null);
  /** The desktop around the window, as the system said last. */
  desktop = $state.raw<DesktopView | null>(null);
  /** The cross will hide the window, and that is said first. */
  mayHide = $state(false);
  groups = $state.raw<GroupView[] | null>(null);
  startError = $state.raw<AppError | null>(null);
  screen = $state<Screen>('guest');
  /** The operation the journal shall open. */
  openOperation = $state<string | null>(null);
  /** The phone a new guest starts with. */
  newGuestPhone = $state('');
  /** The form that a new guest is created for. */
  newGuestFor = $state<Screen | null>(null);
  /** A guest who was just created for that form. */
  private made: MadeGuest | null = null;
  /** The account of the last ending: the next form begins without this guest, until their card is looked at again. */
  finished = $state<string | null>(null);
  /** What the next receipt of the pile has in common with the last one. */
  lastCheck: LastCheck | null = null;
  /** A server was connected, and something of it is asked before the work begins: the steps of the wizard that are left. */
  steps = $state.raw<WizardStep[]>([]);
  introducing = $state(false);
  /** Operations that the server refused and that were done all the same, until somebody has noted it. */
  refusedDone = $state.raw<OperationView[]>([]);
  /** Those of which that is not known yet. */
  private readonly doubted = new Set<string>();
  /** Grows when someone has signed in again. */
  signIns = $state(0);
  /** Nobody is signed in, or the program can't be: whatever comes between, such as an outage. */
  private signedOut = false;
  /** What the return screen shall look for. */
  returnQuery = $state('');
  /** What the form for returning another program's receipt starts with. */
  foreignPurchase = $state.raw<ForeignPurchase | null>(null);
  /** The tab that the settings open at. */
  settingsTab = $state<SettingsTab>('server');
  /** A server that is typed and not connected yet. */
  readonly connecting: ConnectDraft;
  /** The tab of the contract shall look for the server's description. */
  rereads = $state(false);
  signInOpen = $state(false);
  shortcutsOpen = $state(false);

  constructor(readonly backend: Backend) {
    this.guest = new GuestStore(backend);
    this.typed = new TypedTexts(backend);
    this.connecting = new ConnectDraft(backend);
  }

  get today(): string {
    return this.status?.today ?? new Date().toISOString().slice(0, 10);
  }

  /** Reads what the first screen needs, and follows the office from then on. Returns how to stop following. */
  async start(): Promise<void> {
    this.startError = null;
    try {
      // The settings first: the language of the first screen, and what its form begins with.
      await this.readSettings();
      this.take(await this.backend.appStatus());
      // Nothing waits for it.
      void this.readUpdate();
    } catch (thrown) {
      this.startError = AppError.from(thrown);
    }
  }

  private async readUpdate(): Promise<void> {
    const known = await this.backend.update().catch(() => null);
    // What was heard meanwhile is newer.
    this.update ??= known;
  }

  /** Asks the system anew; what it said before stays where it can't be asked. */
  async readDesktop(): Promise<void> {
    this.desktop = await this.backend.desktop().catch(() => this.desktop);
  }

  follow(): () => void {
    const stops = [
      this.backend.on('queueChanged', (queue) => this.takeQueue(queue)),
      this.backend.on('sessionChanged', (status) => this.take(status)),
      this.backend.on('updateChanged', (update) => (this.update = update)),
      this.backend.on('desktopChanged', (desktop) => (this.desktop = desktop)),
      this.backend.on('desktopAsks', (question) => {
        if (question === 'may_hide') this.mayHide = true;
        else this.go('journal');
      }),
      this.backend.on('operationChanged', (operation) => {
        this.guest.follow(operation);
        this.watchRefusal(operation);
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }

  /** A refusal that turns out not to be true is told wherever one is: the operator believed it. */
  private watchRefusal(operation: OperationView): void {
    const { id, state } = operation;
    if (doubtedRefusal(operation)) this.doubted.add(id);
    else if (this.doubted.delete(id) && state === 'confirmed') this.refusedDone = [...this.refusedDone, operation];
  }

  noteRefusal(id: string): void {
    this.refusedDone = this.refusedDone.filter((one) => one.id !== id);
  }

  /** A new state of the queue, unless a newer one is known. */
  takeQueue(queue: QueueView): void {
    const known = this.status?.queue?.number ?? this.status?.number ?? 0;
    if (this.status && queue.number >= known) this.status = { ...this.status, queue };
  }

  /** A new status, unless a newer one is known; another server or mode makes everything read before it stale. */
  take(status: AppStatus): void {
    const before = this.status;
    if (before && status.number < before.number) return;
    const moved = before && (before.mode !== status.mode || before.server?.url !== status.server?.url);
    // It was read before the queue changed, and came after that was told.
    const queue = before?.queue && before.queue.number > status.number ? before.queue : status.queue;
    this.status = { ...status, queue };
    // Without a network there is nothing to search.
    if (!before && status.safeMode) this.go('journal');
    if (status.session === 'signed_in') this.signInOpen = false;
    if (['sign_in_again', 'no_secret', 'keychain_closed'].includes(status.session)) this.signedOut = true;
    if (this.signedOut && status.session === 'signed_in') this.signedIn();
    if (moved) {
      this.guest.clear();
      this.groups = null;
      this.openOperation = null;
      this.lastCheck = null;
      this.refusedDone = [];
      this.doubted.clear();
      this.newGuestFor = null;
      this.go('guest');
    }
  }

  async readSettings(): Promise<void> {
    this.settings = await this.backend.settings();
    await setLanguage(this.settings.language === 'en' ? 'en' : 'ru');
  }

  /**
   * After a connection: asks what must be known of this server. A server that describes all methods and the format of
   * phones is asked about nothing. At the `first` one it is also asked who works here, and for which restaurants.
   */
  async introduce(status: AppStatus, first: boolean): Promise<void> {
    const [report] = await Promise.all([
      this.backend.contractReport().catch(() => null),
      this.readSettings().catch(() => undefined),
    ]);
    const steps: WizardStep[] = [];
    if (report && notAsUsual(report)) steps.push('compatibility');
    if (!status.contract.phonesKnown) steps.push('phones');
    const { operator, restaurants } = this.settings ?? { operator: '', restaurants: [] };
    if (first && (operator === '' || restaurants.length === 0)) steps.push('people');
    this.ask(steps);
  }

  /** Shows these steps of the wizard. */
  ask(steps: WizardStep[]): void {
    this.steps = steps;
    this.introducing = steps.length > 0;
  }

  /** This step is done, or left out. */
  nextStep(): void {
    const done = this.steps[0];
    this.ask(this.steps.slice(1));
    // Who was not found before may be found by now.
    if (done === 'phones' && this.guest.finding.phase === 'not_found') void this.guest.retry();
  }

  async readGroups(): Promise<GroupView[]> {
    this.groups ??= await this.backend.groups();
    return this.groups;
  }

  /** Why this server can't do it; `null`: it can. */
  impossible(method: Method): Problem[] | null {
    return this.status?.contract.impossible.find((one) => one.method === method)?.problems ?? null;
  }

  openSettings(tab: SettingsTab): void {
    this.settingsTab = tab;
    this.go('settings');
  }

  /** To the settings, where the server's description is read anew at once. */
  rereadContract(): void {
    this.rereads = true;
    this.openSettings('contract');
  }

  go(screen: Screen): void {
    if (screen === 'guest') this.finished = null;
    if (screen !== 'new_guest') this.newGuestFor = null;
    this.screen = screen;
  }

  /** To the form of a new guest, and back to `from` once there is one; from the search there is no way back to go. */
  createGuest(phone: string, from: Screen): void {
    this.newGuestPhone = phone;
    this.go('new_guest');
    this.newGuestFor = from === 'guest' || from === 'new_guest' ? null : from;
  }

  /** Back to the form that wanted this guest. */
  useMade(guest: MadeGuest): void {
    const form = this.newGuestFor;
    this.made = guest;
    if (form) this.go(form);
  }

  takeMade(): MadeGuest | null {
    const guest = this.made;
    this.made = null;
    return guest;
  }

  /** What was refused for want of a sign-in is refused no longer. */
  private signedIn(): void {
    this.signedOut = false;
    this.signIns += 1;
    const { card, finding } = this.guest;
    const parts = [card?.balanceError, card?.transactionsError];
    if (finding.phase === 'failed' && finding.error.code === 'sign_in_again') void this.guest.retry();
    else if (parts.some((error) => error?.code === 'sign_in_again')) void this.guest.reload();
  }

  showOperation(id: string): void {
    this.openOperation = id;
    this.screen = 'journal';
  }

  /** To the guest's card, from wherever the guest was met. */
  async showGuest(phone: string, account: string): Promise<void> {
    this.go('guest');
    await this.guest.open(phone, account);
  }

  /** To the return of a purchase, wherever it was seen: the journal's own where the journal knows it. */
  async returnPurchase(purchase: ForeignPurchase): Promise<void> {
    const { checkGuid } = purchase;
    const known = checkGuid === '' ? [] : await this.backend.findPurchase(checkGuid).catch(() => []);
    if (known.length > 0) this.returnQuery = checkGuid;
    else this.foreignPurchase = purchase;
    this.go(known.length > 0 ? 'return' : 'return_foreign');
  }

  /** The code of the only restaurant, where there is but one. */
  get onlyRestaurant(): string {
    const [first, second] = this.settings?.restaurants ?? [];
    return first && !second ? first.code : '';
  }

  /** What codes are called here. */
  readonly names = {
    restaurant: (code: string): string => this.restaurantName(code),
    code: (field: ProfileField, code: string): string => this.codeName(field, code),
  };

  /** A code of a level or of a type of bonuses with its name, where one is known. */
  codeName(field: ProfileField, code: string): string {
    const own = field === 'discountLevel' ? this.settings?.levels : this.settings?.bonusTypes;
    const known = this.guest.card?.terms.find((term) => term.field === field)?.choices;
    return codeText(code, known?.some((choice) => choice.code === code) ? known : (own ?? []));
  }

  restaurantName(code: string): string {
    const known = this.settings?.restaurants.find((restaurant) => restaurant.code === code);
    return known ? `${known.name} (${code})` : code;
  }
}

const KEY = Symbol('office');

export function provideOffice(office: Office): Office {
  return setContext(KEY, office);
}

export function useOffice(): Office {
  return getContext<Office>(KEY);
}
