'use strict';
// One gRPC call by grpc-js with raw bytes: address, method, request in base64, deadline in ms (0: none), compression (0: none, 2: gzip). Prints how it ended.
const grpc = require('@grpc/grpc-js');

const [address, method, request, timeout, compression] = process.argv.slice(2);
const client = new grpc.Client(address, grpc.credentials.createInsecure(), { 'grpc.default_compression_algorithm': Number(compression) });
const options = Number(timeout) > 0 ? { deadline: Date.now() + Number(timeout) } : {};
const bytes = (buffer) => buffer;
client.makeUnaryRequest(method, bytes, bytes, Buffer.from(request, 'base64'), new grpc.Metadata(), options, (error, answer) => {
  console.log(JSON.stringify(error ? { code: error.code, details: error.details } : { code: 0, answer: answer.toString('base64') }));
  client.close();
});
