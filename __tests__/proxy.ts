import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";

/** A proxy that people's networks have: it opens tunnels by CONNECT, and is the only way to hosts that do not resolve. */
export type TunnelProxy = {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Hosts and ports that were asked for, with what the client showed to be let through. */
  readonly tunnels: { readonly to: string; readonly authorization: string | undefined }[];
  /** Answered in place of opening a tunnel. */
  refusal: string | undefined;
  readonly close: () => Promise<void>;
};

/** All tunnels lead to the loopback interface: to this port, or to the one of the host that was asked for. */
export const listenAsProxy = async (port: number | ((host: string) => number)): Promise<TunnelProxy> => {
  const sockets = new Set<Socket>();
  const http = createServer((_, response) => response.writeHead(405).end());
  const proxy: TunnelProxy = {
    url: "",
    tunnels: [],
    refusal: undefined,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        http.close(() => resolve());
      }),
  };
  http.on("connect", (request: IncomingMessage, client: Socket) => {
    client.on("error", () => {});
    sockets.add(client);
    proxy.tunnels.push({ to: request.url ?? "", authorization: request.headers["proxy-authorization"] });
    if (proxy.refusal !== undefined) {
      client.end(proxy.refusal);
      return;
    }
    const [host = ""] = (request.url ?? "").split(":", 1);
    const behind = typeof port === "number" ? port : port(host);
    const service = connect(behind, "127.0.0.1", () => client.write("HTTP/1.1 200 Connection established\r\n\r\n"));
    sockets.add(service);
    service.on("error", () => client.destroy());
    service.pipe(client);
    client.pipe(service);
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return Object.assign(proxy, { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` });
};

/** An authority that nobody knows but who is told: the file of its certificate, and an encrypted door to a port. */
export const openCompany = async (host: string, port: number) => {
  const folder = mkdtempSync(join(tmpdir(), "company-"));
  const file = (name: string): string => join(folder, name);
  writeFileSync(file("names"), `subjectAltName=DNS:${host}`);
  const openssl = (...args: readonly string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl("req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Company", "-days", "2");
  openssl("req", ...key, "-keyout", "host.key", "-out", "host.csr", "-subj", "/CN=host");
  const signing = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names"];
  openssl("x509", "-req", "-in", "host.csr", "-out", "host.pem", ...signing);
  const door = createTlsServer(
    { key: readFileSync(file("host.key")), cert: readFileSync(file("host.pem")) },
    (socket) => {
      const service = connect(port, "127.0.0.1");
      for (const end of [socket, service]) end.on("error", () => end.destroy());
      socket.pipe(service).pipe(socket);
    },
  );
  door.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => door.listen(0, "127.0.0.1", resolve));
  return {
    certificate: file("ca.pem"),
    port: (door.address() as AddressInfo).port,
    close: () => new Promise<void>((resolve) => door.close(() => resolve())),
  };
};
