import { describe, expect, test } from "@jest/globals";
import { type Pacing, pacingOf, read, write } from "../../src/aws/retry.ts";
import { type Call, translate } from "../../src/aws/translate.ts";
import { verdictOf } from "../../src/aws/verdict.ts";
import { aWorld } from "../world.ts";
import { errorOf } from "./error-of.ts";

/** What the SDK throws, reduced to the members that decide. */
const answer = (status: number, name: string, message = "", headers: Record<string, string> = {}): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status }, $response: { headers } });
const network = (code: string, name = "Error"): Error => Object.assign(new Error(code), { name, code });

const NOW = new Date().toUTCString();
const HOUR_AGO = new Date(Date.now() - 3_600_000).toUTCString();

const throttled = answer(429, "TooManyRequestsException");
const lost = network("ECONNRESET");
const wrong = answer(400, "BadRequestException", "No.");

test("a host that is not found may be that of AWS_ENDPOINT_URL as well as the Region's", () => {
  const { happened, remedy } = translate(network("ENOTFOUND"), call);
  expect(happened).not.toContain(call.region);
  expect(remedy).toContain(`Check AWS_REGION (it is ${call.region}), AWS_ENDPOINT_URL where it is set`);
});

describe("the verdict on", () => {
  test.each([
    ["429", throttled, "not-acted"],
    ["429 of a quota", answer(429, "LimitExceededException"), "final"],
    ["400 that is throttling", answer(400, "ThrottlingException"), "not-acted"],
    ["409 that passes", answer(409, "ConflictException", "Please try again later."), "not-acted"],
    ["409 that stays", answer(409, "ConflictException", "Stage already exists"), "final"],
    ["400", wrong, "final"],
    ["403", answer(403, "AccessDeniedException"), "final"],
    ["403 for a clock that is off", answer(403, "RequestTimeTooSkewed", "", { date: HOUR_AGO }), "not-acted"],
    [
      "403 for a signature, the clock being right",
      answer(403, "InvalidSignatureException", "", { date: NOW }),
      "final",
    ],
    ["403 for a signature without a date", answer(403, "SignatureDoesNotMatch"), "final"],
    ["a character that no header may have", network("ERR_INVALID_CHAR", "TypeError"), "final"],
    ["a certificate that is not trusted", network("SELF_SIGNED_CERT_IN_CHAIN"), "final"],
    ["a redirect that the SDK takes for an error", answer(301, "Unknown"), "unknown"],
    ["404", answer(404, "NotFoundException"), "final"],
    ["500", answer(500, "InternalFailure"), "unknown"],
    ["503", answer(503, "ServiceUnavailableException"), "unknown"],
    ["an unreadable 201", answer(201, "SyntaxError"), "unknown"],
    ["a reset", lost, "unknown"],
    ["a time-out", network("", "TimeoutError"), "unknown"],
    ["a refused connection", network("ECONNREFUSED"), "not-acted"],
    ["a host without an address", network("ENOTFOUND"), "not-acted"],
    ["missing credentials", Object.assign(new Error(), { name: "CredentialsProviderError" }), "final"],
    ["a mistake of ours", new TypeError("x is undefined"), "final"],
  ])("%s", (_, thrown, kind) => {
    expect(verdictOf(thrown, call).kind).toBe(kind);
  });

  test.each([
    ["30", 30_000],
    ["0", 0],
    ["-5", undefined],
    ["1e99", undefined],
    ["99999999999999999999", undefined],
    ["soon", undefined],
    ["Thu, 01 Jan 1970 00:00:00 GMT", undefined],
  ])("429 with Retry-After %s", (header, retryAfter) => {
    expect(verdictOf(answer(429, "TooManyRequestsException", "", { "retry-after": header }), call)).toMatchObject({
      retryAfter,
    });
  });
});

const call: Call = {
  operation: "CreateDeployment",
  doing: "create a deployment of REST API a1b2c3d4e5",
  verb: "POST",
  resource: "/restapis/a1b2c3d4e5/deployments",
  arnPrefix: "arn:aws:apigateway:eu-central-1::",
  restApiId: "a1b2c3d4e5",
  region: "eu-central-1",
};

/** Pacing without waiting, which remembers how long it would have waited. */
const pacing = () => {
  const controller = new AbortController();
  const delays: number[] = [];
  const notes: string[] = [];
  const paced: Pacing = {
    signal: controller.signal,
    note: (text) => notes.push(text),
    sleep: async (milliseconds) => {
      delays.push(milliseconds);
    },
    now: () => 0,
    random: () => 1,
  };
  return { paced, delays, notes, cancel: () => controller.abort() };
};

/** A request that fails with each of these in turn, then answers. */
const failing = (...failures: readonly unknown[]) => {
  let sent = 0;
  const send = async (): Promise<string> => {
    const failure = failures[sent];
    sent += 1;
    if (failure !== undefined) throw failure;
    return "done";
  };
  return { send, sent: () => sent };
};

const forever = (failure: unknown) => failing(...Array<unknown>(1000).fill(failure));
const nothing = async (): Promise<undefined> => undefined;

describe("a read", () => {
  test("is repeated until it is answered", async () => {
    const { paced, delays } = pacing();
    const request = failing(throttled, lost, answer(500, "InternalFailure"));
    expect(await read(call, paced, request.send)).toBe("done");
    expect(delays).toHaveLength(3);
  });

  test("gives up after eight times", async () => {
    const { paced } = pacing();
    const request = forever(throttled);
    expect(await errorOf(read(call, paced, request.send))).toMatchObject({ code: "THROTTLED" });
    expect(request.sent()).toBe(8);
  });

  test("is not repeated when the answer is no", async () => {
    const { paced } = pacing();
    const request = forever(wrong);
    await errorOf(read(call, paced, request.send));
    expect(request.sent()).toBe(1);
  });
});

describe("a write", () => {
  test("that did not act is repeated without looking for it", async () => {
    const { paced, delays, notes } = pacing();
    const request = failing(throttled, throttled);
    const lookUp = async (): Promise<string> => {
      throw new Error("looked");
    };
    expect(await write(call, paced, request.send, lookUp)).toBe("done");
    expect(delays).toEqual([5000, 10_000]);
    expect(notes.join()).toContain("too many requests");
  });

  test.each([
    ["1", 5000],
    ["20", 20_000],
    ["3600", 60_000],
  ])("waits as long as Retry-After %s and its own pace ask, a minute at most", async (header, delay) => {
    const { paced, delays } = pacing();
    const asked = answer(429, "TooManyRequestsException", "", { "retry-after": header });
    await write(call, paced, failing(asked).send, nothing);
    expect(delays.reduce((sum, one) => sum + one, 0)).toBe(delay);
    // A person sees every few seconds why the run waits.
    expect(Math.max(...delays)).toBeLessThanOrEqual(10_000);
  });

  test("I5: that was lost and had acted is adopted and not sent again", async () => {
    const { paced } = pacing();
    const request = failing(lost);
    expect(await write(call, paced, request.send, async () => "found")).toBe("found");
    expect(request.sent()).toBe(1);
  });

  test("that was lost and had not acted is sent again", async () => {
    const { paced } = pacing();
    const request = failing(lost, answer(500, "InternalFailure"));
    expect(await write(call, paced, request.send, nothing)).toBe("done");
    expect(request.sent()).toBe(3);
  });

  test("gives up after four without an answer, and does not claim to know", async () => {
    const { paced } = pacing();
    const request = forever(lost);
    const error = await errorOf(write({ ...call, operation: "UpdateStage" }, paced, request.send, nothing));
    expect(error).toMatchObject({ kind: "upstream", acted: "unknown" });
    expect(request.sent()).toBe(4);
  });

  describe("that is known to take long", () => {
    const sum = (delays: readonly number[]): number => delays.reduce((total, delay) => total + delay, 0);

    test.each([
      ["a time-out", network("ETIMEDOUT", "TimeoutError")],
      ["a reset", lost],
      ["a gateway's 504", answer(504, "Unknown")],
      ["a gateway's 502", answer(502, "Unknown")],
    ])("is not sent again while the first may be at work: %s", async (_, failure) => {
      const { paced, delays, notes } = pacing();
      const request = failing(failure);
      let looks = 0;
      // It takes effect while it is waited for.
      const lookUp = async (): Promise<string | undefined> => {
        looks += 1;
        return sum(delays) >= 60_000 ? "found" : undefined;
      };
      expect(await write(call, paced, request.send, lookUp)).toBe("found");
      expect(request.sent()).toBe(1);
      expect(looks).toBeGreaterThan(4);
      expect(notes.join()).toContain("may still be at work");
    });

    test("is sent again once that time is over", async () => {
      const { paced, delays } = pacing();
      const request = failing(lost);
      expect(await write(call, paced, request.send, nothing)).toBe("done");
      expect(request.sent()).toBe(2);
      expect(sum(delays)).toBeGreaterThanOrEqual(90_000);
    });

    test("and was answered with an error is not at work any more", async () => {
      const { paced, delays } = pacing();
      expect(await write(call, paced, failing(answer(500, "InternalFailure")).send, nothing)).toBe("done");
      expect(delays).toEqual([5000]);
    });

    test("ends, in any case", async () => {
      const { paced } = pacing();
      const request = forever(lost);
      expect(await errorOf(write(call, paced, request.send, nothing))).toMatchObject({ code: "UPSTREAM" });
      expect(request.sent()).toBeLessThanOrEqual(4);
    });

    test("and is cancelled meanwhile is not known", async () => {
      const { paced, cancel } = pacing();
      const stopped: Pacing = {
        ...paced,
        sleep: async () => {
          cancel();
          throw new Error("aborted");
        },
      };
      const error = await errorOf(write(call, stopped, failing(lost).send, nothing));
      expect(error).toMatchObject({ code: "CANCELLED", acted: "unknown" });
    });
  });

  test("is not repeated for a clock that was corrected in vain", async () => {
    const { paced } = pacing();
    const request = forever(answer(403, "RequestTimeTooSkewed", "", { date: HOUR_AGO }));
    expect(await errorOf(write(call, paced, request.send, nothing))).toMatchObject({ code: "CREDENTIALS_INVALID" });
    expect(request.sent()).toBe(2);
  });

  test.each([
    [400, "BadRequestException", "Deployment id does not exist"],
    [404, "NotFoundException", "Whatever the service says"],
  ])("of a stage waits for a deployment that is not known everywhere yet: %d", async (status, name, message) => {
    const { paced, delays } = pacing();
    const stage = { ...call, operation: "CreateStage" };
    const unready = answer(status, name, message);
    expect(await write(stage, paced, failing(unready, unready).send, nothing)).toBe("done");
    expect(delays).toEqual([1000, 2000]);
    const error = await errorOf(write(stage, paced, forever(unready).send, nothing));
    expect(error).toMatchObject({ code: "UNKNOWN_DEPLOYMENT", acted: "no" });
  });

  test("of a stage with settings of a route that is not there waits for nothing", async () => {
    const { paced, delays } = pacing();
    const refused = answer(
      404,
      "NotFoundException",
      "Unable to find Route by key GET /a within the provided RouteSettings",
    );
    const error = await errorOf(write({ ...call, operation: "CreateStage" }, paced, forever(refused).send, nothing));
    expect([error.code, error.happened, delays]).toEqual(["REJECTED", expect.stringContaining("GET /a"), []]);
  });

  test("of access logs that the role may not set up names the rights", async () => {
    const { paced } = pacing();
    const refused = answer(400, "BadRequestException", "Insufficient permissions to enable logging");
    const error = await errorOf(write({ ...call, operation: "UpdateStage" }, paced, forever(refused).send, nothing));
    expect(error).toMatchObject({
      code: "ACCESS_DENIED",
      acted: "no",
      remedy: expect.stringContaining("SetUpAccessLogs"),
    });
  });

  test("whose effect cannot be looked up is unclear, and is not sent again", async () => {
    const { paced } = pacing();
    const request = forever(lost);
    const denied = answer(403, "AccessDeniedException", "User: x is not authorized");
    const error = await errorOf(write(call, paced, request.send, () => Promise.reject(denied)));
    expect(error).toMatchObject({ code: "UNCLEAR_WRITE", acted: "unknown" });
    expect(error.remedy).toContain('"Action":"apigateway:POST"');
    expect(error.remedy).toContain("run the job again");
    expect(request.sent()).toBe(1);
  });

  test("is throttled out after ten minutes, says so and what to do", async () => {
    const { paced, delays } = pacing();
    const error = await errorOf(write(call, paced, forever(throttled).send, nothing));
    expect(error).toMatchObject({ code: "THROTTLED", acted: "no" });
    expect(error.remedy).toContain("one CreateDeployment every 5 seconds");
    const waited = delays.reduce((sum, delay) => sum + delay, 0);
    expect(waited).toBeGreaterThan(9 * 60_000);
    expect(waited).toBeLessThanOrEqual(10 * 60_000);
  });

  test.each([
    ["a quota", answer(429, "LimitExceededException", "Maximum reached"), "QUOTA"],
    ["a conflict that stays", answer(409, "ConflictException", "Stage already exists"), "STAGE_CHANGED"],
    ["a rejection", wrong, "REJECTED"],
  ])("stops at once for %s", async (_, failure, code) => {
    const { paced } = pacing();
    const request = forever(failure);
    expect(await errorOf(write(call, paced, request.send, nothing))).toMatchObject({ code, acted: "no" });
    expect(request.sent()).toBe(1);
  });
});

describe("I11: once the run is cancelled", () => {
  test("no request starts", async () => {
    const { paced, cancel } = pacing();
    cancel();
    const request = failing();
    expect(await errorOf(write(call, paced, request.send, nothing))).toMatchObject({ code: "CANCELLED", acted: "no" });
    expect(await errorOf(read(call, paced, request.send))).toMatchObject({ code: "CANCELLED" });
    expect(request.sent()).toBe(0);
  });

  test("a request that was under way may end well", async () => {
    const { paced, cancel } = pacing();
    const send = async (): Promise<string> => {
      cancel();
      return "done";
    };
    expect(await write(call, paced, send, nothing)).toBe("done");
  });

  test("a wait ends and nothing is sent again", async () => {
    const request = forever(throttled);
    const noted: string[] = [];
    const world = aWorld();
    const info = (text: string): void => {
      noted.push(text);
      world.cancel();
    };
    const paced = pacingOf({ ...world, log: { ...world.log, info } });
    expect(await errorOf(write(call, paced, request.send, nothing))).toMatchObject({ code: "CANCELLED", acted: "no" });
    expect(request.sent()).toBe(1);
    expect(noted).toHaveLength(1);
  });

  test("a write whose answer was lost is not known", async () => {
    const { paced, cancel } = pacing();
    const send = async (): Promise<string> => {
      cancel();
      throw lost;
    };
    const lookUp = (): Promise<string> => read(call, paced, async () => "found");
    expect(await errorOf(write(call, paced, send, lookUp))).toMatchObject({ code: "CANCELLED", acted: "unknown" });
  });
});
