/** `convex env set` and `convex env remove`. */
import type { Deployment } from "./deployment";
import { EnvironmentError, type EnvironmentChange } from "./environment";
import { HttpError, readJson, requireAdmin, type Handler } from "./http";

export function environmentRoutes(deployment: Deployment): Record<string, Handler> {
  return {
    "POST /api/update_environment_variables": async ({ request, response }) => {
      requireAdmin(request, deployment.adminKey);
      const { changes } = await readJson<{ changes: EnvironmentChange[] }>(request);
      try {
        await deployment.changeEnvironment(
          changes.map(({ name, value }) => ({ name, value: value ?? null })),
        );
      } catch (error) {
        if (error instanceof EnvironmentError) throw new HttpError(400, error.code, error.message);
        throw error;
      }
      response.writeHead(200);
      response.end();
    },
  };
}
