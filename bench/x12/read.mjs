// Reads an 837P with node-x12 and with x12-parser, and writes it back with node-x12. Prints processor time in ms: node read.mjs FILE
import { createReadStream, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { X12Parser } = require('node-x12');
const { X12parser } = require('x12-parser');
const file = process.argv[2];
const cpu = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
const report = (name, ms, claims) => console.log(`result ${name} ${ms.toFixed(1)} ${claims}`);

const stream = async () => {
  const before = cpu();
  let claims = 0;
  for await (const segment of createReadStream(file).pipe(new X12parser())) if (segment.name === 'CLM') claims++;
  report('x12-parser-read', cpu() - before, claims);
};

const tree = () => {
  let before = cpu();
  const interchange = new X12Parser(true).parse(readFileSync(file, 'utf8'));
  let claims = 0;
  for (const group of interchange.functionalGroups) for (const set of group.transactions) for (const segment of set.segments) if (segment.tag === 'CLM') claims++;
  report('node-x12-read', cpu() - before, claims);
  before = cpu();
  const written = interchange.toString();
  report('node-x12-write', cpu() - before, written.length > 0 ? claims : 0);
};

await stream();
tree();
