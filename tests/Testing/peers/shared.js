'use strict';
// What both peers share: the test's own proto, and google.rpc.Status as protobufjs knows it.
const path = require('node:path');
const protoLoader = require('@grpc/proto-loader');
const grpc = require('@grpc/grpc-js');
const protobuf = require('protobufjs');

const protos = path.join(__dirname, '..', '..', 'Compat.Tests', 'Grpc', 'protos');
const options = { keepCase: true, longs: Number, enums: String, defaults: true, oneofs: true };

const packageDefinition = protoLoader.loadSync(path.join(protos, 'peers.proto'), options);
const peers = grpc.loadPackageDefinition(packageDefinition).ips.peers;

const rpc = protobuf.parse(`
  syntax = "proto3";
  package google.rpc;
  message Any { string type_url = 1; bytes value = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message ErrorInfo { string reason = 1; string domain = 2; map<string, string> metadata = 3; }
  message BadRequest {
    repeated FieldViolation field_violations = 1;
    message FieldViolation { string field = 1; string description = 2; }
  }`, { keepCase: true }).root;

function pack(type, content) {
  const message = rpc.lookupType(type);
  return { type_url: `type.googleapis.com/${type}`, value: message.encode(message.fromObject(content)).finish() };
}

function encodeStatus(status) {
  const message = rpc.lookupType('google.rpc.Status');
  return Buffer.from(message.encode(message.fromObject(status)).finish());
}

function decodeStatus(bytes) {
  const status = rpc.lookupType('google.rpc.Status').decode(bytes);
  return {
    code: status.code,
    message: status.message,
    details: status.details.map((any) => {
      const type = any.type_url.slice(any.type_url.lastIndexOf('/') + 1);
      return { type, ...rpc.lookupType(type).toObject(rpc.lookupType(type).decode(any.value)) };
    }),
  };
}

module.exports = { grpc, protoLoader, options, packageDefinition, peers, pack, encodeStatus, decodeStatus };
