export { FakeBackend } from './fake';
export { defaultOptions, optionsFromAddress, type Fate, type FakeOptions } from './options';
