'use strict';
// A receiver of webhooks that checks each message with the npm package standardwebhooks. Argument: the secret, or several with a comma between them. Prints its
// address, then a line for each message: whether its signature holds (under which secret), its headers and its content. Standard input takes the status that
// it answers from then on; "hang" answers nothing.
const http = require('http');
const readline = require('readline');
const { Webhook } = require('standardwebhooks');

let secrets = process.argv[2] ? process.argv[2].split(',') : [];
let status = '204';
const server = http.createServer((request, response) => {
  let body = '';
  request.on('data', (part) => { body += part; });
  request.on('end', () => {
    const holds = secrets.map((secret) => {
      try {
        new Webhook(secret).verify(body, request.headers);
        return true;
      } catch (wrong) {
        return false;
      }
    });
    console.log(JSON.stringify({
      holds, id: request.headers['webhook-id'], signature: request.headers['webhook-signature'], contentType: request.headers['content-type'], path: request.url,
      event: JSON.parse(body),
    }));
    if (status === 'hang') return;
    const headers = status === '302' ? { Location: 'http://127.0.0.1:1/elsewhere' } : {};
    response.writeHead(Number(status), headers);
    response.end();
  });
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ address: `http://127.0.0.1:${server.address().port}/events` })));
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  if (line.startsWith('whsec_')) secrets = line.split(',');
  else status = line;
  console.log(JSON.stringify({ set: line }));
}).on('close', () => process.exit(0));
