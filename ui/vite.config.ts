import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';
import { onlyShipped } from './shipped';

export default defineConfig({
  plugins: [svelte(), svelteTesting(), onlyShipped()],
  resolve: { alias: { $lib: fileURLToPath(new URL('./src/lib', import.meta.url)) } },
  // The desktop shell looks for the page at this address while developing; an ordinary browser reaches the program without
  // its window through the proxy.
  server: {
    port: 1420,
    strictPort: true,
    host: '127.0.0.1',
    proxy: Object.fromEntries(
      ['/command', '/events'].map((path) => [
        path,
        {
          target: process.env.OFFICE ?? 'http://127.0.0.1:1421',
          headers: { 'x-office-dev-key': process.env.OFFICE_KEY ?? '' },
        },
      ]),
    ),
  },
  preview: { port: 4173, strictPort: true, host: '127.0.0.1' },
  clearScreen: false,
  build: {
    target: ['chrome120', 'safari17'],
    // Everything is a file of its own: the window's policy allows no data: fonts or scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['src/test/setup.ts'],
    include: ['src/**/*.test.ts'],
    restoreMocks: true,
    // Files share one document and one copy of the page, which halves the time: making both took as long as the tests. Each
    // test clears its page and its office away, as it must for the next test of its own file.
    isolate: false,
    // A limit against hanging, not a measure: a busy machine is no failure.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
