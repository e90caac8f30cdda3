/** What happened, and what to do about it. */
export interface ErrorText {
  title: string;
  todo: string;
}
