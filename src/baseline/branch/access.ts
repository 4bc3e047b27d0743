/**
 * Environment in which git may read this repository with the job's token, so that the checkout itself need not keep credentials that the
 * server under test could read. Empty without a token. Host and form as `actions/checkout` writes them.
 */
export function gitAccess(token: string, serverUrl = "https://github.com"): Readonly<Record<string, string>> {
  if (token === "") return {};
  return {
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: `http.${serverUrl.replace(/\/+$/, "")}/.extraheader`,
    GIT_CONFIG_VALUE_0: `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${token}`).toString("base64")}`,
  };
}
