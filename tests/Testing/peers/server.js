'use strict';
// The service of peers.proto as grpc-js sees it, and its Squeeze made by hand, because the server of grpc-js never compresses.
// Prints { "port": n, "gzipPort": n } and runs until its input ends.
const http2 = require('node:http2');
const zlib = require('node:zlib');
const { grpc, packageDefinition, peers, pack, encodeStatus } = require('./shared');
const { HealthImplementation } = require('grpc-health-check');
const { ReflectionService } = require('@grpc/reflection');

const waiting = new Map();
const countOf = (name) => {
  if (!waiting.has(name)) waiting.set(name, { started: 0, cancelled: 0 });
  return waiting.get(name);
};

const health = new HealthImplementation({ '': 'SERVING', 'ips.peers.Echo': 'SERVING' });

function fail(call, callback) {
  const metadata = new grpc.Metadata();
  metadata.set('x-why-bin', Buffer.from([1, 2, 255]));
  metadata.set('grpc-status-details-bin', encodeStatus({
    code: 3,
    message: call.request.text,
    details: [
      pack('google.rpc.ErrorInfo', { reason: 'NOT_A_COLOR', domain: 'peers.test', metadata: { color: 'größe' } }),
      pack('google.rpc.BadRequest', { field_violations: [{ field: 'text', description: 'нет' }] }),
    ],
  }));
  callback({ code: grpc.status.INVALID_ARGUMENT, details: call.request.text, metadata });
}

const echo = {
  Say: (call, callback) => callback(null, call.request),
  Count(call) {
    for (let count = 1; count <= call.request.count; count++) call.write({ count });
    call.end();
  },
  Gather(call, callback) {
    const sum = { text: '', count: 0 };
    call.on('data', (note) => { sum.text += note.text; sum.count += note.count; });
    call.on('end', () => callback(null, sum));
  },
  Chat(call) {
    call.on('data', (note) => call.write({ count: note.count * 2 }));
    call.on('end', () => call.end());
  },
  Fail: fail,
  FailLate(call) {
    call.write({ count: 1 });
    call.write({ count: 2 });
    call.on('data', () => {});
    call.on('end', () => call.emit('error', { code: grpc.status.ABORTED, details: 'zu spät' }));
  },
  Wait(call) {
    const count = countOf(call.request.text);
    count.started++;
    call.on('cancelled', () => { count.cancelled++; });
  },
  Waits: (call, callback) => callback(null, countOf(call.request.text)),
  Meta(call, callback) {
    const headers = new grpc.Metadata();
    const trailers = new grpc.Metadata();
    for (const key of Object.keys(call.metadata.getMap()).filter((name) => name.startsWith('x-'))) {
      const again = key.endsWith('-bin') ? `${key.slice(0, -4)}-again-bin` : `${key}-again`;
      for (const value of call.metadata.get(key)) {
        headers.add(key, value);
        trailers.add(again, value);
      }
    }
    call.sendMetadata(headers);
    callback(null, {}, trailers);
  },
  Squeeze: (call, callback) => callback(null, call.request),
  SetHealth(call, callback) {
    health.setStatus('', call.request.count === 1 ? 'SERVING' : 'NOT_SERVING');
    callback(null, call.request);
  },
};

const server = new grpc.Server();
server.addService(peers.Echo.service, echo);
health.addToServer(server);
new ReflectionService(packageDefinition).addToServer(server);

const gzipServer = http2.createServer();
gzipServer.on('stream', (stream) => {
  const chunks = [];
  stream.on('data', (chunk) => chunks.push(chunk));
  stream.on('end', () => {
    const body = zlib.gzipSync(Buffer.concat(chunks).subarray(5));
    const frame = Buffer.alloc(5);
    frame[0] = 1;
    frame.writeUInt32BE(body.length, 1);
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-encoding': 'gzip' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.concat([frame, body]));
  });
});

server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  gzipServer.listen(0, '127.0.0.1', () => process.stdout.write(`${JSON.stringify({ port, gzipPort: gzipServer.address().port })}\n`));
});
process.stdin.on('end', () => { server.forceShutdown(); process.exit(0); });
process.stdin.resume();
