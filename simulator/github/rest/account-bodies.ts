import type { Account, App } from "../model.ts";
import { nodeId } from "../node-id.ts";
import type { Call } from "./call.ts";
import type { AppBody, UserBody } from "./wire.ts";

export const userBody = (call: Call, account: Account): UserBody => {
  const url = `${call.apiUrl}/users/${encodeURIComponent(account.login)}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId(account.type, account.id),
    avatar_url: `https://avatars.githubusercontent.com/u/${account.id}?v=4`,
    gravatar_id: "",
    url,
    html_url: htmlUrl(call, account),
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    user_view_type: "public",
    site_admin: false,
  };
};

const htmlUrl = (call: Call, account: Account): string =>
  account.type === "Bot"
    ? `${call.world.serverUrl}/apps/${account.login.replace(/\[bot\]$/, "")}`
    : `${call.world.serverUrl}/${account.login}`;

const gitHub: Account = { id: 9919, login: "github", type: "Organization" };

export const appBody = (call: Call, app: App): AppBody => ({
  id: app.id,
  slug: app.slug,
  node_id: nodeId("App", app.id),
  owner: userBody(call, gitHub),
  name: app.name,
  description: "",
  external_url: "https://help.github.com/en/actions",
  html_url: `${call.world.serverUrl}/apps/${app.slug}`,
  created_at: "2018-07-30T09:30:17Z",
  updated_at: "2024-04-10T20:33:16Z",
  permissions: {},
  events: [],
});

export const appBodyOrNull = (call: Call, app: App | null): AppBody | null => app && appBody(call, app);
