'use strict';
// A partner that reads its queue with the npm package amqplib. Arguments: address, queue, how many messages to read, and what to do besides: "read" acknowledges
// each; "spy QUEUE" tries to read another queue, "bind" and "publish" try what a partner may not. Prints a line for each message, then how it ended.
const amqp = require('amqplib');

const [address, queue, count, what, other] = process.argv.slice(2);

async function main() {
  const connection = await amqp.connect(address);
  connection.on('error', () => {});
  const channel = await connection.createChannel();
  channel.on('error', () => {});
  try {
    if (what === 'spy') await channel.checkQueue(other).then(() => channel.consume(other, () => {}));
    else if (what === 'bind') await channel.bindQueue(queue, 'ips.reporting.partners', '#');
    else if (what === 'publish') {
      const confirmed = await connection.createConfirmChannel();
      confirmed.on('error', () => {});
      await new Promise((resolve, reject) => {
        confirmed.on('error', reject);
        confirmed.publish('ips.reporting.partners', queue + '.forged', Buffer.from('{}'), {}, (refused) => refused ? reject(refused) : resolve());
      });
    } else {
      let left = Number(count);
      await new Promise((resolve, reject) => {
        channel.on('error', reject);
        channel.consume(queue, (message) => {
          console.log(JSON.stringify({
            id: message.properties.messageId, type: message.properties.headers.cloudEvents_type, subject: message.properties.headers.cloudEvents_subject,
            sequence: message.properties.headers.cloudEvents_sequence, event: JSON.parse(message.content.toString()),
          }));
          channel.ack(message);
          if (--left === 0) resolve();
        }, { noAck: false }).catch(reject);
      });
      await channel.close();
    }
    console.log(JSON.stringify({ ended: 'well' }));
  } catch (refused) {
    console.log(JSON.stringify({ ended: 'refused', code: refused.code ?? 0, message: refused.message }));
  }
  await connection.close().catch(() => {});
  process.exit(0);
}

main().catch((failed) => {
  console.log(JSON.stringify({ ended: 'failed', message: failed.message }));
  process.exit(0);
});
