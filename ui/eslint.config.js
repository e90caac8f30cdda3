import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const onlyInBackend = {
  patterns: [
    {
      group: ['@tauri-apps/*', '**/backend/bindings', '**/bindings'],
      message: 'Only src/lib/backend knows the shell; speak to the Backend interface.',
    },
  ],
};

export default ts.config(
  { ignores: ['dist', 'node_modules', 'src/lib/backend/bindings.ts'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { extraFileExtensions: ['.svelte'], parser: ts.parser, svelteConfig } },
    rules: {
      // A style attribute in markup is refused by the window's content policy; `style:` directives go through CSSOM.
      'no-restricted-syntax': [
        'error',
        { selector: 'SvelteAttribute[key.name="style"]', message: 'Use a class or a style: directive.' },
      ],
      // Dates here are values of a moment, never state.
      'svelte/prefer-svelte-reactivity': 'off',
      'svelte/no-at-html-tags': 'error',
      'svelte/require-each-key': 'error',
    },
  },
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  { files: ['src/**'], ignores: ['src/lib/backend/**'], rules: { 'no-restricted-imports': ['error', onlyInBackend] } },
  { files: ['*.js', '*.ts'], languageOptions: { globals: { ...globals.node } } },
);
