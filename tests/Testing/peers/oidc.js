'use strict';
// An OpenID Connect provider that is not ours: prints its address, grants client credentials, signs tokens with the claims of the client.
const http = require('node:http');
const { Provider, errors } = require('oidc-provider');

const clients = {
  billing: { role: 'ops', org: 'ips' },
  'mco-client': { role: 'mco', org: 'alliance' },
};

const server = http.createServer((request, response) => handle(request, response));
let handle;
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  let granted = 0;
  const provider = new Provider(issuer, {
    clients: Object.keys(clients).map((client_id) => ({
      client_id, client_secret: `${client_id}: a+secret%`, grant_types: ['client_credentials'], redirect_uris: [], response_types: [],
    })),
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
    else callback(request, response);
  };
  console.log(JSON.stringify({ issuer }));
});

// The test closes our input when it ends.
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
