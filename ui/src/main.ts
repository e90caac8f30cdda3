import { mount } from 'svelte';
import { openBackend } from '$lib/backend';
import App from '$lib/shell/App.svelte';
import { screens } from '$lib/shell/office.svelte';
import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';

const target = document.getElementById('app');
if (target) {
  // `#journal` opens a screen by itself: handy in a browser.
  const wanted = screens.find((screen) => screen === location.hash.slice(1));
  void openBackend().then((backend) => mount(App, { target, props: { backend, screen: wanted } }));
}
