import { ActionError } from "./errors.ts";
import type { Environment } from "./world.ts";

/**
 * The proxy that a request goes through, by the variables that curl and others have made the custom: HTTPS_PROXY,
 * HTTP_PROXY, ALL_PROXY and NO_PROXY, in small letters too, which win. Loopback goes direct in any case.
 */

/** The proxy's URL, with user and password where the variable has them; `undefined`: direct. Throws `PROXY_INVALID`. */
export const proxyFor = (url: URL, environment: Environment): URL | undefined => {
  const names = url.protocol === "https:" ? ["https_proxy", "all_proxy"] : ["http_proxy", "all_proxy"];
  const found = names.map((name) => variableOf(name, environment)).find((variable) => variable !== undefined);
  if (found === undefined || isLoopback(url.hostname) || isExempt(url, environment)) return undefined;
  return proxyUrl(found);
};

/** The proxy's address without user and password, and the header that shows them to it. */
export const loginTo = (proxy: URL): { readonly href: string; readonly headers: Record<string, string> } => {
  const login = `${decoded(proxy.username)}:${decoded(proxy.password)}`;
  const open = new URL(proxy);
  open.username = "";
  open.password = "";
  const authorization = `Basic ${Buffer.from(login).toString("base64")}`;
  return { href: open.href, headers: login === ":" ? {} : { "Proxy-Authorization": authorization } };
};

/** A percent sign that stands for itself is left as it is. */
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

type Variable = { readonly name: string; readonly value: string };

const variableOf = (name: string, environment: Environment): Variable | undefined => {
  const spelled = [name, name.toUpperCase()].find((spelling) => environment[spelling]);
  return spelled === undefined ? undefined : { name: spelled, value: environment[spelled] ?? "" };
};

const isLoopback = (host: string): boolean =>
  host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);

/** An entry of NO_PROXY names a host and all below it, with or without a leading dot or star, and perhaps a port. */
const isExempt = (url: URL, environment: Environment): boolean => {
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  const entries = (variableOf("no_proxy", environment)?.value ?? "").toLowerCase().split(/[\s,]/);
  return entries.some((entry) => {
    if (entry === "") return false;
    if (entry === "*") return true;
    const [, name = entry, onlyPort] = /^([^:]*|\[[^\]]*\]):([0-9]+)$/.exec(entry) ?? [];
    if (onlyPort !== undefined && onlyPort !== port) return false;
    const host = name.replace(/^\*?\./, "");
    return url.hostname === host || url.hostname === `[${host}]` || url.hostname.endsWith(`.${host}`);
  });
};

/** A value without a scheme is a host that speaks HTTP. The value itself is never shown: it may hold a password. */
const proxyUrl = ({ name, value }: Variable): URL => {
  const text = value.includes("://") ? value : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && ["http:", "https:"].includes(url.protocol)) return url;
  throw new ActionError({
    code: "PROXY_INVALID",
    doing: "find the way through the proxy",
    happened: `The environment variable ${name} is not the URL of an HTTP proxy.`,
    acted: "no",
    state: "Nothing was touched.",
  });
};
