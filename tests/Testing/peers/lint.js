// Lints the OpenAPI document whose path is the argument; exit code 0 means neither an error nor a warning.
const { pathToFileURL } = require('node:url');
const { join, dirname } = require('node:path');

const cli = join(dirname(require.resolve('@redocly/cli/package.json')), 'bin', 'cli.js');
process.env.REDOCLY_TELEMETRY = 'off';
process.env.REDOCLY_SUPPRESS_UPDATE_NOTICE = 'true';
process.argv = [process.argv[0], cli, 'lint', process.argv[2], '--config', join(__dirname, 'redocly.yaml'), '--format=stylish', '--max-problems=1000'];
import(pathToFileURL(cli));
