import type { Component } from 'svelte';
import Guest from '$lib/guest/GuestScreen.svelte';
import type { Screen } from './office.svelte';

type Loaded = { default: Component };

/** Each screen but the first is a file of its own: none of them is read before the first one is drawn. */
const files: Record<Exclude<Screen, 'guest'>, () => Promise<Loaded>> = {
  refill: () => import('$lib/money/RefillScreen.svelte'),
  check: () => import('$lib/money/CheckScreen.svelte'),
  new_guest: () => import('$lib/guest/NewGuestScreen.svelte'),
  edit_guest: () => import('$lib/guest/EditGuestScreen.svelte'),
  edit_terms: () => import('$lib/guest/EditTermsScreen.svelte'),
  return: () => import('$lib/money/ReturnScreen.svelte'),
  return_foreign: () => import('$lib/money/ReturnForeignScreen.svelte'),
  journal: () => import('$lib/journal/JournalScreen.svelte'),
  settings: () => import('$lib/settings/SettingsScreen.svelte'),
};

/** The screens that were read so far. */
class Screens {
  private known = $state.raw<Partial<Record<Screen, Component>>>({ guest: Guest });
  wizard = $state.raw<Component | null>(null);

  /** The screen, if it was read. */
  of(screen: Screen): Component | null {
    return this.known[screen] ?? null;
  }

  async read(screen: Screen): Promise<void> {
    if (screen === 'guest' || this.known[screen]) return;
    const { default: component } = await files[screen]();
    this.known = { ...this.known, [screen]: component };
  }

  async readWizard(): Promise<void> {
    this.wizard ??= (await import('$lib/wizard/Wizard.svelte')).default;
  }

  /** Reads what is left, one after the other, so that no key has to wait for a file. */
  async readAll(): Promise<void> {
    for (const screen of Object.keys(files) as (keyof typeof files)[]) await this.read(screen);
    await this.readWizard();
  }
}

export const pages = new Screens();
