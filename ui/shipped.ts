import type { Plugin } from 'vite';

/** What only tests and development use: test doubles, recorded answers, the office over HTTP. */
const NOT_SHIPPED = [/\/src\/test\//, /\.test\.ts$/, /\/src\/lib\/backend\/http\.ts$/];

/** Those of the modules that must not be in the built page. */
export function notShipped(modules: Iterable<string>): string[] {
  return [...modules].filter((id) => NOT_SHIPPED.some((pattern) => pattern.test(id)));
}

/** Fails the build of a page that carries a test double or the development's way to the office. */
export function onlyShipped(): Plugin {
  return {
    name: 'only-shipped',
    apply: 'build',
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
      const found = notShipped(modules);
      if (found.length > 0) this.error(`the built page holds what only tests and development use: ${found.join(', ')}`);
    },
  };
}
