import { describe, expect, it } from 'vitest';
import { textOf } from './text';

const file = (...bytes: number[]): ArrayBuffer => new Uint8Array(bytes).buffer;

describe('the text of a file', () => {
  it('is read in whatever charset it was saved in', () => {
    expect(textOf(file(0xd1, 0x80, 0xd1, 0x83, 0xd0, 0xb1))).toBe('руб');
    expect(textOf(file(0xef, 0xbb, 0xbf, 0xd1, 0x80))).toBe('р');
    expect(textOf(file(0xf0, 0xf3, 0xe1))).toBe('руб');
    expect(textOf(file(0xff, 0xfe, 0x40, 0x04, 0x43, 0x04))).toBe('ру');
    expect(textOf(file(0xfe, 0xff, 0x04, 0x40, 0x04, 0x43))).toBe('ру');
    expect(textOf(file())).toBe('');
  });
});
