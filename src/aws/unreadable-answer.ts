/** What answered, as far as the answer's head tells. */
export type AnswerHead = {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
};

/** An answer that came and is not what the service's own description promises. Its content is never shown. */
export class UnreadableAnswer extends Error {
  readonly $metadata: { readonly httpStatusCode: number | undefined };
  readonly $response: { readonly headers: AnswerHead["headers"] } | undefined;

  /** `because`: a sentence that begins with what was found. */
  constructor(because: string, head?: AnswerHead, cause?: unknown) {
    super(because, cause === undefined ? {} : { cause });
    this.name = "UnreadableAnswer";
    this.$metadata = { httpStatusCode: head?.statusCode };
    this.$response = head && { headers: head.headers };
  }
}
