'use strict';
// Calls the server under test in every way and prints one line of JSON for each scenario: { "scenario": name, ... }.
// Usage: node client.js HOST:PORT
const fs = require('node:fs');
const http2 = require('node:http2');
const path = require('node:path');
const zlib = require('node:zlib');
const { grpc, protoLoader, options, peers, decodeStatus } = require('./shared');

const address = process.argv[2];
const insecure = grpc.credentials.createInsecure();
const echo = new peers.Echo(address, insecure);
const soon = () => ({ deadline: Date.now() + 20000 });

const unary = (client, method, request, metadata = new grpc.Metadata(), callOptions = soon()) =>
  new Promise((resolve) => {
    let headers = null;
    const call = client[method](request, metadata, callOptions, (error, reply) => {
      answer.error = error;
      answer.reply = reply;
    });
    const answer = { call };
    call.on('metadata', (received) => { headers = received; });
    call.on('status', (status) => setImmediate(() => resolve({ ...answer, headers, status })));
  });

const collect = (call, each = () => {}) =>
  new Promise((resolve) => {
    const received = [];
    let error = null;
    call.on('data', (message) => { received.push(message); each(message, received.length); });
    call.on('error', (failure) => { error = failure; });
    call.on('status', (status) => setImmediate(() => resolve({ received, error, status })));
  });

async function until(condition) {
  for (let i = 0; i < 400; i++) {
    if (await condition()) return true;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return false;
}

const waits = async (name) => (await unary(echo, 'Waits', { text: name })).reply;

const scenarios = {
  async unary() {
    const { reply, status } = await unary(echo, 'Say', { text: 'Grüße, 世界 🌍', count: -42, data: Buffer.from([0, 255, 7]) });
    return { text: reply.text, count: reply.count, data: reply.data.toString('hex'), code: status.code };
  },
  async emptyMessage() {
    const { reply, status } = await unary(echo, 'Say', {});
    return { text: reply.text, count: reply.count, code: status.code };
  },
  async largeMessage() {
    const data = Buffer.alloc(3 * 1024 * 1024, 'x');
    const { reply } = await unary(echo, 'Say', { data });
    return { same: data.equals(reply.data) };
  },
  async tooLargeMessage() {
    const { error } = await unary(echo, 'Say', { data: Buffer.alloc(5 * 1024 * 1024) });
    return { code: error.code };
  },
  async unknownMethod() {
    const client = new grpc.Client(address, insecure);
    const same = (bytes) => bytes;
    return new Promise((resolve) => client.makeUnaryRequest(
      '/ips.peers.Echo/Nothing', same, same, Buffer.alloc(0), new grpc.Metadata(), soon(), (error) => resolve({ code: error.code })));
  },
  async serverStreaming() {
    const { received, status } = await collect(echo.Count({ count: 500 }, soon()));
    return { counts: received.map((note) => note.count), code: status.code };
  },
  async clientStreaming() {
    return new Promise((resolve) => {
      const call = echo.Gather(soon(), (error, reply) => resolve({ error, text: reply?.text, count: reply?.count }));
      for (const [index, text] of ['a', 'b', 'ç'].entries()) call.write({ text, count: index });
      call.end();
    });
  },
  async duplexStreaming() {
    // Each note is written only after the answer to the one before: the two directions must not wait for each other.
    const call = echo.Chat(soon());
    call.write({ count: 1 });
    const { received, status } = await collect(call, (note, n) => (n < 5 ? call.write({ count: note.count }) : call.end()));
    return { counts: received.map((note) => note.count), code: status.code };
  },
  async status() {
    const { error } = await unary(echo, 'Fail', { text: 'données invalides: 値 % \n 🚫' });
    return {
      code: error.code,
      details: error.details,
      why: error.metadata.get('x-why-bin')[0].toString('hex'),
      rich: decodeStatus(error.metadata.get('grpc-status-details-bin')[0]),
    };
  },
  async lateStatus() {
    // grpc-js may drop what it has not handed out when an error arrives, so the error waits until both notes are here.
    const call = echo.FailLate(soon());
    const { received, error } = await collect(call, (_, n) => { if (n === 2) call.end(); });
    return { received: received.length, code: error.code, details: error.details };
  },
  async deadline() {
    const { error } = await unary(echo, 'Wait', { text: 'js-deadline' }, new grpc.Metadata(), { deadline: Date.now() + 400 });
    const noticed = await until(async () => (await waits('js-deadline')).cancelled === 1);
    return { code: error.code, noticed };
  },
  async cancellation() {
    const result = new Promise((resolve) => {
      const call = echo.Wait({ text: 'js-cancel' }, soon(), (error) => resolve(error));
      until(async () => (await waits('js-cancel')).started === 1).then(() => call.cancel());
    });
    const error = await result;
    const noticed = await until(async () => (await waits('js-cancel')).cancelled === 1);
    return { code: error.code, noticed };
  },
  async metadata() {
    const metadata = new grpc.Metadata();
    metadata.set('X-Text', 'plain text');
    metadata.add('x-many', 'one');
    metadata.add('x-many', 'two');
    metadata.set('x-data-bin', Buffer.from([0, 1, 254, 255]));
    const { headers, status } = await unary(echo, 'Meta', {}, metadata);
    const read = (from, suffix) => ({
      text: from.get(`x-text${suffix}`),
      many: from.get(`x-many${suffix}`).flatMap((value) => value.split(',').map((part) => part.trim())),
      data: from.get(`x-data${suffix}-bin`).map((value) => value.toString('hex')),
    });
    return { headers: read(headers, ''), trailers: read(status.metadata, '-again') };
  },
  async gzip() {
    const gzip = new peers.Echo(address, insecure, { 'grpc.default_compression_algorithm': 2 });
    const data = Buffer.alloc(20000, 'abc');
    const { reply } = await unary(gzip, 'Squeeze', { data });
    gzip.close();
    return { requestEncoding: reply.text, same: data.equals(reply.data), wire: await gzipOnTheWire(data) };
  },
  async reflectionV1() { return reflect('v1'); },
  async reflectionV1Alpha() { return reflect('v1alpha'); },
  async health() {
    const health = healthClient();
    const [all, mapped, unknown] = await Promise.all(['', 'ips.peers.Echo', 'no.such.Service'].map((service) => unary(health, 'Check', { service })));
    const unknownWatch = health.Watch({ service: 'no.such.Service' });
    const firstOfUnknown = await new Promise((resolve) => unknownWatch.once('data', (answer) => { resolve(answer.status); }));
    unknownWatch.on('error', () => {});
    unknownWatch.cancel();

    const watch = health.Watch({ service: '' });
    const seen = [];
    watch.on('error', () => {});
    watch.on('data', (answer) => seen.push(answer.status));
    const saw = (count) => until(async () => seen.length >= count);
    await saw(1);
    await unary(echo, 'SetHealth', { count: 0 });
    await saw(2);
    const whileDown = (await unary(health, 'Check', { service: '' })).reply.status;
    await unary(echo, 'SetHealth', { count: 1 });
    await saw(3);
    watch.cancel();
    return {
      all: all.reply.status, mapped: mapped.reply.status, unknown: unknown.error.code, firstOfUnknown, seen, whileDown,
    };
  },
};

function healthClient() {
  const file = path.join(path.dirname(require.resolve('grpc-health-check/package.json')), 'proto', 'health', 'v1', 'health.proto');
  return new (grpc.loadPackageDefinition(protoLoader.loadSync(file, options)).grpc.health.v1.Health)(address, insecure);
}

// A request made by hand, so that no gRPC library stands between the test and the bytes.
function gzipOnTheWire(data) {
  return new Promise((resolve, reject) => {
    const session = http2.connect(`http://${address}`);
    session.on('error', reject);
    const request = session.request({
      ':method': 'POST', ':path': '/ips.peers.Echo/Squeeze', 'content-type': 'application/grpc', te: 'trailers', 'grpc-accept-encoding': 'identity,gzip',
    });
    const message = peers.Echo.service.Squeeze.requestSerialize({ data });
    const frame = Buffer.alloc(5);
    frame.writeUInt32BE(message.length, 1);
    request.end(Buffer.concat([frame, message]));
    let encoding;
    let status;
    const chunks = [];
    request.on('response', (headers) => { encoding = headers['grpc-encoding']; });
    request.on('trailers', (headers) => { status = headers['grpc-status']; });
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      session.close();
      const body = Buffer.concat(chunks);
      try {
        const reply = peers.Echo.service.Squeeze.responseDeserialize(zlib.gunzipSync(body.subarray(5)));
        resolve({ encoding, status, compressed: body[0], smaller: body.length < data.length / 10, same: data.equals(reply.data) });
      } catch (error) {
        reject(error);
      }
    });
  });
}

// Learns the service from the server alone and calls it.
async function reflect(version) {
  const base = path.join(path.dirname(require.resolve('@grpc/reflection/package.json')), 'build', 'proto', 'grpc', 'reflection', version);
  const service = grpc.loadPackageDefinition(protoLoader.loadSync(path.join(base, 'reflection.proto'), options)).grpc.reflection[version].ServerReflection;
  const call = new service(address, insecure).ServerReflectionInfo(soon());
  const questions = [
    { list_services: '*' },
    { file_containing_symbol: 'ips.peers.Echo' },
    { file_by_filename: 'nothing.proto' },
    { file_containing_symbol: 'ips.peers.Echo.Nothing' },
  ];
  for (const question of questions) call.write(question);
  const { received } = await collect(call, (_, n) => { if (n === questions.length) call.end(); });

  const files = received[1].file_descriptor_response.file_descriptor_proto;
  const set = protoLoader.loadFileDescriptorSetFromBuffer(Buffer.concat(files.map((file) => Buffer.concat([varintField(file.length), file]))), options);
  const learned = new (grpc.loadPackageDefinition(set).ips.peers.Echo)(address, insecure);
  const { reply } = await unary(learned, 'Say', { text: 'learned', stamp: { ink: 'BLUE' } });
  return {
    services: received[0].list_services_response.service.map((one) => one.name),
    unknownFile: received[2].error_response.error_code,
    unknownSymbol: received[3].error_response.error_code,
    said: reply.text,
    ink: reply.stamp.ink,
  };
}

// FileDescriptorSet { repeated FileDescriptorProto file = 1; }
function varintField(length) {
  const bytes = [0x0a];
  for (; length > 0x7f; length >>>= 7) bytes.push((length & 0x7f) | 0x80);
  return Buffer.from([...bytes, length]);
}

// Watches until the server ends it: { seen, code }. Tells when the first status is there, so that the test can stop the server.
async function watchShutdown() {
  const watch = healthClient().Watch({ service: '' });
  const { received, status } = await collect(watch, (_, n) => { if (n === 1) print({ scenario: 'watching' }); });
  return { seen: received.map((answer) => answer.status), code: status.code };
}

function print(line) {
  fs.writeSync(1, `${JSON.stringify(line)}\n`);
}

async function main() {
  if (process.argv[3] === 'shutdown') {
    print({ scenario: 'shutdown', ...(await watchShutdown()) });
    return;
  }
  for (const [name, run] of Object.entries(scenarios)) {
    try {
      print({ scenario: name, ...(await run()) });
    } catch (error) {
      print({ scenario: name, failed: String(error.stack ?? error) });
    }
  }
}

main().then(() => process.exit(0));
