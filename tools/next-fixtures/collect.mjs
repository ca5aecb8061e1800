// Receives OTLP in JSON, and writes the spans of all requests to one delivery when it is terminated.
import { createServer } from "node:http";
import { writeFileSync } from "node:fs";

const [port, file] = process.argv.slice(2);
const resourceSpans = [];
const server = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  resourceSpans.push(...JSON.parse(body).resourceSpans);
  response.setHeader("Content-Type", "application/json").end("{}");
});
server.listen(Number(port), "127.0.0.1");
process.on("SIGTERM", () => {
  // Host names, process ids and versions of the machine are no part of a fixture.
  for (const { resource } of resourceSpans) {
    resource.attributes = resource.attributes.filter(({ key }) => ["service.name", "deployment.environment.name"].includes(key));
  }
  writeFileSync(file, JSON.stringify({ resourceSpans }, null, 1) + "\n");
  process.exit(0);
});
