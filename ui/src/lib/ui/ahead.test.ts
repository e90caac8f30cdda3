import { render, screen } from '@testing-library/svelte';
import { createRawSnippet } from 'svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import Ahead from './Ahead.svelte';

const children = createRawSnippet((at: () => string) => ({ render: () => `<p>Следующая попытка: ${at()}</p>` }));

afterEach(() => vi.useRealTimers());

describe('a moment that lies ahead', () => {
  it('is named until it has passed', async () => {
    vi.useFakeTimers({ now: Date.parse('2026-11-29T12:00:00Z') });
    render(Ahead, { at: '2026-11-29T12:00:05Z', children });
    expect(screen.getByText(/Следующая попытка/)).toBeTruthy();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(screen.queryByText(/Следующая попытка/)).toBeNull();
  });

  it('is not named afterwards', () => {
    vi.useFakeTimers({ now: Date.parse('2026-11-29T12:00:00Z') });
    render(Ahead, { at: '2026-11-29T11:59:59Z', children });
    expect(screen.queryByText(/Следующая попытка/)).toBeNull();
  });
});
