import type { AppError, Backend } from '$lib/backend/backend';

export type Commands = Omit<Backend, 'on'>;
export type Name = keyof Commands;
export type Answer<N extends Name> = Awaited<ReturnType<Commands[N]>>;
export type Asked<N extends Name> = Parameters<Commands[N]>;

/** What a command answers: a value, an error to reject with, or a function of what it was asked. */
export type Step<N extends Name> =
  Answer<N> | AppError | ((...asked: Asked<N>) => Answer<N> | AppError | Promise<Answer<N> | AppError>);

/** Several answers, one for each call; the last one stays. */
export class InTurn<N extends Name> {
  private next = 0;
  constructor(private readonly steps: Step<N>[]) {}

  take(): Step<N> {
    const step = this.steps[Math.min(this.next, this.steps.length - 1)] as Step<N>;
    this.next += 1;
    return step;
  }
}
export function inTurn<N extends Name>(...steps: [Step<N>, ...Step<N>[]]): InTurn<N> {
  return new InTurn(steps);
}

export type Answers = { [N in Name]?: Step<N> | InTurn<N> };
export type Script = { [N in Name]: Step<N> | InTurn<N> };
