import { expect, test } from "@jest/globals";
import { methodSettingsKey, routeOfMethodSettings } from "../../../src/aws/rest-api/method-settings-key.ts";
import fc from "../../property.ts";

test.each([
  ["GET /pets/{id}", "~1pets~1{id}/GET"],
  ["ANY /", "~1/ANY"],
  ["POST /a~1b", "~1a~01b/POST"],
])("%s is %s", (route, key) => {
  expect(methodSettingsKey(route)).toBe(key);
});

test("a key that addresses no route stays as it is", () => {
  expect(routeOfMethodSettings("test/GET")).toBe("test/GET");
});

test("the way there and back", () => {
  const path = fc
    .array(fc.constantFrom("~", "/", "0", "1", "{id}", "a"), { maxLength: 8 })
    .map((parts) => `/${parts.join("")}`);
  fc.assert(
    fc.property(path, (text) => expect(routeOfMethodSettings(methodSettingsKey(`GET ${text}`))).toBe(`GET ${text}`)),
  );
});
