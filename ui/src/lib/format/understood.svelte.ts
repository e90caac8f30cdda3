import { SvelteMap } from 'svelte/reactivity';
import type { Backend } from '$lib/backend/backend';
import type { FieldError, IsoDate, Kopecks, TypedText, Understood } from '$lib/backend/types';

/** What the office said of texts, by their keys. */
export type Answers = Record<string, Understood | undefined>;

const ASK_AFTER_MS = 150;
/** How many answers are kept. */
const MOST = 500;

const asked = ({ kind, text, of }: TypedText) => JSON.stringify([kind, text, of ?? null]);

/**
 * What the office understands of texts that are being typed. The page parses no sum itself: `12 50` is no sum here
 * because the office refuses it. An answer is kept with the very text it is about, so a late one is never shown for
 * another text.
 */
export class TypedTexts {
  private readonly answers = new SvelteMap<string, Understood>();

  constructor(private readonly backend: Pick<Backend, 'understand'>) {}

  /** Asks the office. A text without an answer is not understood. */
  async read(texts: TypedText[]): Promise<Answers> {
    if (texts.length === 0) return {};
    const told = await this.backend.understand(texts);
    if (this.answers.size > MOST) this.answers.clear();
    return Object.fromEntries(
      texts.map((typed, index) => {
        const answer = told[index];
        if (answer?.key !== typed.key) return [typed.key, undefined];
        this.answers.set(asked(typed), answer);
        return [typed.key, answer];
      }),
    );
  }

  /** For an effect: asks once no key has been pressed for a moment. Returns how to give it up. */
  soon(texts: TypedText[]): () => void {
    const timer = setTimeout(() => void this.read(texts).catch(() => undefined), ASK_AFTER_MS);
    return () => clearTimeout(timer);
  }

  /** What the office said of this text; `null`: nothing yet. */
  of(typed: TypedText): Understood | null {
    return this.answers.get(asked(typed)) ?? null;
  }

  /** The sum that the office understood; `null`: none, or no answer yet. */
  sum(typed: TypedText): Kopecks | null {
    return sumOf(this.of(typed));
  }
}

/** What is wrong with those of the texts that the office did not understand. */
export function refusals(texts: TypedText[], answers: Answers): FieldError[] {
  return texts
    .filter(({ key }) => !answers[key]?.value)
    .map(({ key }) => ({ field: key, code: answers[key]?.error ?? 'not_understood' }));
}

/** The sum of an answer; `null`: it is none. */
export function sumOf(answer: Understood | null | undefined): Kopecks | null {
  return answer?.value?.kind === 'sum' ? answer.value.kopecks : null;
}

/** The day of an answer; `null`: it is none. */
export function dayOf(answer: Understood | null | undefined): IsoDate | null {
  return answer?.value?.kind === 'date' ? answer.value.iso : null;
}

/** The phone of an answer, `+79123456789`; `null`: it is none. */
export function phoneOf(answer: Understood | null | undefined): string | null {
  return answer?.value?.kind === 'phone' ? answer.value.e164 : null;
}

/** The text by which the office shows what it understood; `null`: nothing. */
export function textOf(answer: Understood | null | undefined): string | null {
  return answer?.value?.text ?? null;
}
