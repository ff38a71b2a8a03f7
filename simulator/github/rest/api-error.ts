/** A refusal: its status, the members of its body beside `documentation_url` and `status`, and further headers. */
export class ApiError extends Error {
  readonly status: number;
  readonly details: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.details = details;
    this.headers = headers;
  }
}

export const notFound = (): ApiError => new ApiError(404, "Not Found");

export type Invalid = {
  readonly resource: string;
  readonly field: string;
  readonly code: string;
  readonly message?: string;
};

export const validationFailed = (...errors: readonly Invalid[]): ApiError =>
  new ApiError(422, "Validation Failed", { errors });

/** A body that is not what the operation's schema asks for. */
export const invalidRequest = (problem: string): ApiError => new ApiError(422, `Invalid request.\n\n${problem}`);
