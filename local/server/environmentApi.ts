/** `convex env set` and `convex env remove`. */
import type { Deployment } from "./deployment.ts";
import { EnvironmentError, type EnvironmentChange } from "./environment.ts";
import { HttpError, readJson, requireAdmin, type Handler } from "./http.ts";

export function environmentRoutes(deployment: Deployment): Record<string, Handler> {
  return {
    "POST /api/update_environment_variables": async ({ request, response }) => {
      requireAdmin(request, deployment.adminKey);
      const { changes } = await readJson<{ changes: EnvironmentChange[] }>(request);
      const before = new Map(deployment.env.list().map(({ name, value }) => [name, value]));
      try {
        deployment.env.update(changes.map(({ name, value }) => ({ name, value: value ?? null })));
      } catch (error) {
        if (error instanceof EnvironmentError) throw new HttpError(400, error.code, error.message);
        throw error;
      }
      try {
        await deployment.environmentChanged();
      } catch (error) {
        // A change that breaks auth.config.ts is refused, as the deployment would lose its sign-in.
        deployment.env.update(
          changes.map(({ name }) => ({ name, value: before.get(name) ?? null })),
        );
        throw error;
      }
      response.writeHead(200);
      response.end();
    },
  };
}
