'use strict';
// An OpenID Connect provider that is not ours: prints its address, grants client credentials, signs tokens with the claims of the client.
// With an argument, the address of a portal, it also signs a person in there, without asking anybody.
const http = require('node:http');
const { Provider, errors } = require('oidc-provider');

const clients = {
  billing: { role: 'ops', org: 'ips' },
  'mco-client': { role: 'mco', org: 'alliance' },
  portal: { role: 'state', org: 'nc-dhhs' },
};
const portal = process.argv[2];
const pages = portal && {
  grant_types: ['authorization_code'], response_types: ['code'], redirect_uris: [`${portal}/signin-oidc`], post_logout_redirect_uris: [`${portal}/signout-callback-oidc`],
};

async function signIn(provider, request, response) {
  const { prompt, params, session } = await provider.interactionDetails(request, response);
  if (prompt.name === 'login') return provider.interactionFinished(request, response, { login: { accountId: 'person-one' } });
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope('openid profile');
  grant.addResourceScope('urn:ips', 'platform');
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
}

const server = http.createServer((request, response) => handle(request, response));
let handle;
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  let granted = 0;
  const provider = new Provider(issuer, {
    clients: Object.keys(clients).filter((client_id) => portal || client_id !== 'portal').map((client_id) => ({
      client_id,
      client_secret: `${client_id}: a+secret%`,
      ...(client_id === 'portal' ? pages : { grant_types: ['client_credentials'], redirect_uris: [], response_types: [] }),
    })),
    findAccount: (ctx, accountId) => ({ accountId, claims: () => ({ sub: accountId, name: 'Person at another issuer', role: 'state', org: 'nc-dhhs' }) }),
    claims: { openid: ['sub'], profile: ['name', 'role', 'org'] },
    conformIdTokenClaims: false,
    interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo(ctx, resource) {
          if (resource !== 'urn:ips') throw new errors.InvalidTarget();
          return { scope: 'platform', audience: 'ips', accessTokenTTL: 600, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } };
        },
      },
    },
    extraTokenClaims: (ctx, token) => clients[token.clientId],
  });
  provider.on('grant.success', () => { granted += 1; });
  const callback = provider.callback();
  handle = (request, response) => {
    if (request.url === '/granted') response.end(String(granted));
    else if (request.url.startsWith('/interaction/')) signIn(provider, request, response);
    else callback(request, response);
  };
  console.log(JSON.stringify({ issuer }));
});

// The test closes our input when it ends.
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
