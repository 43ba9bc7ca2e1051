'use strict';
// An S3 server that is not ours, with one bucket in a folder: prints its address.
const S3rver = require('s3rver');

const [folder, bucket] = process.argv.slice(2);
const server = new S3rver({ address: '127.0.0.1', port: 0, silent: true, directory: folder, configureBuckets: [{ name: bucket }] });
server.run().then(({ port }) => console.log(JSON.stringify({ address: `http://127.0.0.1:${port}` })));
process.stdin.on('end', () => process.exit(0)).resume();
