import type { BackupView } from '../types';

/** Copies of a journal of this many operations, one of every occasion, and one that can't be restored. */
export function fakeBackups(operations: number): BackupView[] {
  const copy = (name: string, change: Partial<BackupView>): BackupView => ({
    name: `journal-${name}.db`,
    made: 'daily',
    madeAt: '2026-11-23T06:00:00Z',
    bytes: 262_144,
    operations,
    newest: '2026-11-22T18:40:00Z',
    problem: null,
    ...change,
  });
  return [
    copy('by-hand-20261123T081500Z', { made: 'by_hand', madeAt: '2026-11-23T08:15:00Z' }),
    copy('2026-11-23', { operations: Math.max(0, operations - 2) }),
    copy('before-restore-20261122T101500Z', { made: 'before_restore', madeAt: '2026-11-22T10:15:00Z', operations: 0 }),
    copy('2026-11-22', {
      madeAt: '2026-11-22T06:00:00Z',
      bytes: 8_192,
      operations: null,
      newest: null,
      problem: 'backup_damaged',
    }),
    copy('v1', { made: 'before_migration', madeAt: '2026-11-01T06:00:00Z', operations: 0, newest: null }),
  ];
}
