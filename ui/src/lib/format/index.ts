export * from './date';
export * from './money';
export * from './name';
export * from './phone';
export * from './size';
export * from './number';
