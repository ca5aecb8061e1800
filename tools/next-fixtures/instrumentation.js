import { registerOTel } from "@vercel/otel";

export function register() {
  registerOTel({ serviceName: "marketplace", attributes: { "deployment.environment.name": "production" } });
}
